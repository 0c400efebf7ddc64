"""The threads in which verbs run, so that a slow one holds up nobody."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from typing import Callable

Job = Callable[[], None]

_MOST_THREADS = 256
_KEPT_THREADS = 8
"""Those that wait for the next job; they wait on a lock, and wake up for nothing else."""


class Workers:
    """Runs jobs, which must not raise: each at once while there are threads, else in the order put."""

    def __init__(self) -> None:
        self._lock = threading.Condition(threading.Lock())
        self._jobs: deque[Job] = deque()
        self._numbers = itertools.count(1)
        self._threads = 0
        self._idle = 0
        self._closed = False

    def put(self, job: Job) -> None:
        """Raises RuntimeError where no thread can be had at all."""
        with self._lock:
            self._jobs.append(job)
            if self._idle >= len(self._jobs):
                self._lock.notify()
            elif self._threads < _MOST_THREADS:
                self._add(job)

    def close(self) -> None:
        """Let the threads go, each when its job is done."""
        with self._lock:
            self._closed = True
            self._jobs.clear()
            self._lock.notify_all()

    def _add(self, job: Job) -> None:
        name = f"ramwire-verb-{next(self._numbers)}"
        try:
            threading.Thread(target=self._work, name=name, daemon=True).start()
        except RuntimeError:
            if not self._threads:
                self._jobs.remove(job)
                raise
        else:
            self._threads += 1

    def _work(self) -> None:
        job = self._next()
        while job is not None:
            job()
            job = self._next()

    def _next(self) -> Job | None:
        with self._lock:
            while not self._jobs:
                if self._closed or self._idle >= _KEPT_THREADS:
                    self._threads -= 1
                    return None
                self._idle += 1
                self._lock.wait()
                self._idle -= 1
            return self._jobs.popleft()
