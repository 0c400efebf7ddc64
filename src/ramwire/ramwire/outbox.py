"""A client's outbox: jobs that start in the order put, each when the one before it has finished.

A job may finish before its function returns: the server has said that the answer comes later, and the thread
stays with it, while the next job starts in another. Threads are made when needed and kept for the next; they
wait on a lock, so that an idle client wakes up for nothing.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Callable

from ramwire.errors import Refused, Timeout


class Job:
    """One request: `run(job)` sends it and waits; `fail(error)` is called instead where it cannot be sent any
    more.
    """

    def __init__(
        self, run: Callable[[Job], None], deadline: float, fail: Callable[[BaseException], None]
    ) -> None:
        self.run = run
        self.deadline = deadline
        self.fail = fail
        self.finish: Callable[[], None] = lambda: None


class Outbox:
    """See the module. `busy` is True while a job is queued or unfinished."""

    def __init__(self) -> None:
        self._lock = threading.Condition(threading.Lock())
        self._jobs: deque[Job] = deque()
        self._current: Job | None = None
        self._idle = 0
        self._closed = False

    @property
    def busy(self) -> bool:
        return self._current is not None or bool(self._jobs)

    def put(self, job: Job) -> None:
        with self._lock:
            if self._closed:
                raise Refused("the client has been closed")
            self._jobs.append(job)
            self._wake()

    def close(self) -> None:
        """Fail what has not started, and let the threads go."""
        with self._lock:
            self._closed = True
            left, self._jobs = self._jobs, deque()
            self._lock.notify_all()
        for job in left:
            job.fail(Refused("the client has been closed before the request was sent"))

    def _wake(self) -> None:
        if self._current is not None or not self._jobs:
            return
        if self._idle:
            self._lock.notify()
        else:
            threading.Thread(target=self._work, name="ramwire-client", daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self._next()
            if job is None:
                return
            if time.monotonic() < job.deadline:
                job.run(job)
            else:
                job.fail(Timeout("earlier requests of this client took all the time; it was not sent", False))
            self._finish(job)

    def _next(self) -> Job | None:
        with self._lock:
            while self._current is not None or not self._jobs:
                if self._closed:
                    return None
                self._idle += 1
                self._lock.wait()
                self._idle -= 1
            job = self._current = self._jobs.popleft()
            job.finish = lambda: self._finish(job)
            return job

    def _finish(self, job: Job) -> None:
        with self._lock:
            if self._current is job:
                self._current = None
                self._wake()
