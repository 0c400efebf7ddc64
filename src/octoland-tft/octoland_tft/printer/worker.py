"""A thread that carries calls out one after the other, in the order they were put in."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Callable, Optional

Job = Callable[[], None]


class Worker:
    """Starts its thread with the first job; a daemon, so that a call under way never holds up the screen's
    end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._thread: Optional[threading.Thread] = None

    def put(self, job: Job) -> None:
        """Called from the screen's thread only. The job must not raise."""
        self._jobs.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            self._jobs.get()()
