"""A client's outbox: jobs that start in the order put, each when the one before it has finished.

A job may finish before its function returns: the server has said that the answer comes later, and the thread
stays with it, while the next job starts in another. One whose deadline passes in the queue fails there and
then. Threads are made when needed and kept for the next; they wait on a lock, so that an idle client wakes up
for nothing.
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


_NEVER = float("inf")


class Outbox:
    """See the module. `busy` is True while a job is queued or unfinished."""

    def __init__(self) -> None:
        self._lock = threading.Condition(threading.Lock())
        self._jobs: deque[Job] = deque()
        self._current: Job | None = None
        self._idle = 0
        self._earliest = _NEVER  # no queued job is late before
        self._looks_at = _NEVER  # when a waiting thread next looks for jobs that are late
        self._closed = False
        self.busy = False

    def put(self, job: Job) -> None:
        with self._lock:
            if self._closed:
                raise Refused("the client has been closed")
            self._jobs.append(job)
            self.busy = True
            self._earliest = min(self._earliest, job.deadline)
            if self._current is None or self._earliest < self._looks_at:
                self._wake()

    def close(self) -> None:
        """Fail what has not started, and let the threads go."""
        with self._lock:
            self._closed = True
            left, self._jobs = self._jobs, deque()
            self._settle()
            self._lock.notify_all()
        for job in left:
            job.fail(Refused("the client has been closed before the request was sent"))

    def _wake(self) -> None:
        if self._idle:
            self._lock.notify()
        else:
            threading.Thread(target=self._work, name="ramwire-client", daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self._next()
            if job is None:
                return
            if self._current is job:
                job.run(job)
                self._finish(job)  # and this thread takes the next
            else:
                job.fail(Timeout("earlier requests of this client took all the time; it was not sent", False))

    def _next(self) -> Job | None:
        """The job to run, which is the current one now; or one that is too late to run."""
        with self._lock:
            while True:
                late = self._late()
                if late is not None:
                    return late
                if self._jobs and self._current is None:
                    break
                if self._closed:
                    return None
                self._rest()
            job = self._current = self._jobs.popleft()
            job.finish = lambda: self._finish_early(job)
            if self._jobs and self._earliest < self._looks_at:
                self._wake()  # somebody has to see when these are late
            return job

    def _late(self) -> Job | None:
        now = time.monotonic()
        if self._earliest > now:
            return None
        late = next((job for job in self._jobs if job.deadline <= now), None)
        if late is not None:
            self._jobs.remove(late)
            self._settle()
        self._earliest = min((job.deadline for job in self._jobs), default=_NEVER)
        return late

    def _rest(self) -> None:
        if not self._jobs:
            self._earliest = _NEVER
        self._looks_at = self._earliest
        left_s = self._earliest - time.monotonic()
        self._idle += 1
        self._lock.wait(None if left_s > threading.TIMEOUT_MAX else left_s)
        self._idle -= 1
        self._looks_at = _NEVER

    def _settle(self) -> None:
        self.busy = self._current is not None or bool(self._jobs)

    def _finish(self, job: Job) -> None:
        with self._lock:
            if self._current is job:
                self._current = None
                self._settle()

    def _finish_early(self, job: Job) -> None:
        with self._lock:
            if self._current is job:
                self._current = None
                self._settle()
                if self._jobs:
                    self._wake()
