"""One thread for what happens by itself: nothing that lives in it needs a lock.

OctoPrint's threads only hand it something to do, which never blocks them; the wire's threads hand it
questions, which it answers later. It sleeps until there is something to do, or until a timer is due.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Callable, Optional

_log = logging.getLogger(__name__)

Task = Callable[[], None]


@dataclass(order=True)
class Timer:
    """A task that is due at a moment of `time.monotonic()`."""

    due: float
    order: int
    task: Optional[Task] = field(compare=False)

    def cancel(self) -> None:
        self.task = None


class Loop:
    """Runs tasks in the order they were handed in, each to its end; one that raises is logged."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Optional[Task]] = SimpleQueue()
        self._timers: list[Timer] = []
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._run, name="octoland-loop", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was handed in before is still done."""
        self._tasks.put(None)

    def post(self, task: Task) -> None:
        """From any thread; takes no lock that the loop could hold."""
        self._tasks.put(task)

    def later(self, delay_s: float, task: Task) -> Timer:
        """From within the loop only."""
        timer = Timer(time.monotonic() + delay_s, next(self._order), task)
        heapq.heappush(self._timers, timer)
        return timer

    @staticmethod
    def left_s(timer: Timer) -> float:
        """How long until it is due."""
        return max(0.0, timer.due - time.monotonic())

    def _run(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=self._rest_s())
            except Empty:
                pass
            else:
                if task is None:
                    return
                self._do(task)
            self._ring()

    def _rest_s(self) -> Optional[float]:
        while self._timers and self._timers[0].task is None:
            heapq.heappop(self._timers)
        return max(0.0, self._timers[0].due - time.monotonic()) if self._timers else None

    def _ring(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0].due <= now:
            timer = heapq.heappop(self._timers)
            if timer.task is not None:
                self._do(timer.task)

    @staticmethod
    def _do(task: Task) -> None:
        try:
            task()
        except Exception:  # noqa: BLE001 - the loop outlives any of its tasks
            _log.exception("A task of OctoLand's loop failed")
