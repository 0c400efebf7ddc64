"""Order among callers that only leave files: each caller's requests one after the other, different callers
side by side.

A request without a token does not say whose it is. Such requests start in order, each when the one before it
has ended or has taken longer than a moment: quick ones run in order, and a slow one holds up no stranger for
long.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable, Optional

Job = Callable[[], None]

_MOMENT_S = 0.05
_MOST_THREADS = 128


class Callers:
    """Runs jobs in threads that end when there is nothing left to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Optional[str], deque[Job]] = {}
        self._room = threading.BoundedSemaphore(_MOST_THREADS)

    def put(self, caller: str | None, job: Job) -> None:
        """`caller` is the token, or None where the request has none. A job must not raise."""
        with self._lock:
            jobs = self._waiting.get(caller)
            if jobs is not None:
                jobs.append(job)
                return
            self._waiting[caller] = deque([job])
        work = self._work_for_strangers if caller is None else self._work_for
        threading.Thread(target=work, args=(caller,), name="ramwire-caller", daemon=True).start()

    def _next(self, caller: str | None) -> Job | None:
        with self._lock:
            jobs = self._waiting[caller]
            if jobs:
                return jobs.popleft()
            del self._waiting[caller]
            return None

    def _work_for(self, caller: str | None) -> None:
        with self._room:
            while True:
                job = self._next(caller)
                if job is None:
                    return
                job()

    def _work_for_strangers(self, caller: str | None) -> None:
        while True:
            job = self._next(caller)
            if job is None:
                return
            self._room.acquire()
            thread = threading.Thread(target=self._run, args=(job,), name="ramwire-stranger", daemon=True)
            thread.start()
            thread.join(_MOMENT_S)

    def _run(self, job: Job) -> None:
        try:
            job()
        finally:
            self._room.release()
