"""Order among callers that only leave files: each caller's requests one after the other, different callers
side by side.

A request without a token does not say whose it is. Such requests start in order, each when the one before it
has ended or has taken longer than a moment: quick ones run in order, and a slow one holds up no stranger for
long.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable

Job = Callable[[], None]

_MOMENT_S = 0.05
_MOST_THREADS = 128
"""For requests with a token, and as many for those without."""


class Callers:
    """Runs jobs in threads that end when there is nothing left to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Job]] = {}
        self._ready: deque[str] = deque()  # those whose next job may start
        self._threads = 0
        self._strangers: deque[Job] = deque()
        self._admitting = False
        self._room = threading.BoundedSemaphore(_MOST_THREADS)

    def put(self, caller: str | None, job: Job) -> None:
        """`caller` is the token, or None where the request has none. A job must not raise.

        Raises RuntimeError where no thread can be had to run it.
        """
        with self._lock:
            if caller is None:
                self._put_stranger(job)
            elif caller in self._waiting:
                self._waiting[caller].append(job)
            else:
                self._put_first(caller, job)

    def _put_first(self, caller: str, job: Job) -> None:
        if self._threads < _MOST_THREADS:
            try:
                threading.Thread(target=self._work, name="ramwire-caller", daemon=True).start()
            except RuntimeError:
                if not self._threads:
                    raise
            else:
                self._threads += 1
        self._waiting[caller] = deque([job])
        self._ready.append(caller)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._ready:
                    self._threads -= 1
                    return
                caller = self._ready.popleft()
                job = self._waiting[caller].popleft()
            job()
            with self._lock:
                if self._waiting[caller]:
                    self._ready.append(caller)
                else:
                    del self._waiting[caller]

    def _put_stranger(self, job: Job) -> None:
        if not self._admitting:
            threading.Thread(target=self._admit, name="ramwire-strangers", daemon=True).start()
            self._admitting = True
        self._strangers.append(job)

    def _admit(self) -> None:
        while True:
            with self._lock:
                if not self._strangers:
                    self._admitting = False
                    return
                job = self._strangers.popleft()
            self._room.acquire()
            thread = threading.Thread(target=self._run, args=(job,), name="ramwire-stranger", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # no thread is left: better in this one than not at all
                self._run(job)
            else:
                thread.join(_MOMENT_S)

    def _run(self, job: Job) -> None:
        try:
            job()
        finally:
            self._room.release()
