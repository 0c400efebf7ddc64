"""Ends another thread's wait in poll()."""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import suppress


class Alarm:
    """A pipe to oneself: rung from any thread, it stays readable until it is hushed."""

    def __init__(self) -> None:
        self.fd, self._bell = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._lock = threading.RLock()  # a signal's handler may ring as well

    def ring(self) -> None:
        """Whoever waits looks again. Does nothing once closed."""
        with self._lock, suppress(BlockingIOError):  # full: it rings already
            if self._bell >= 0:
                os.write(self._bell, b"!")

    def hush(self) -> None:
        with suppress(BlockingIOError):
            os.read(self.fd, 4096)

    def close(self) -> None:
        with self._lock:
            self.forget()

    def forget(self) -> None:
        """In a forked child: close it without the lock, which a thread of the parent may hold."""
        fds, self.fd, self._bell = (self.fd, self._bell), -1, -1
        for fd in fds:
            if fd >= 0:
                os.close(fd)


def until_ms(*moments: float) -> float | None:
    """What poll() wants to be told, to wait until the earliest of these moments; None for ever."""
    moment = min(moments)
    return None if moment == float("inf") else min(max(0.0, moment - time.monotonic()) * 1000, 1e9)


def seconds_until(moment: float) -> float:
    """What a lock wants to be told, to wait until then; -1 for ever."""
    left_s = moment - time.monotonic()
    return -1 if left_s > 1e6 else max(0.0, left_s)


def wait(poller: select.poll, moment: float) -> list[tuple[int, int]]:
    """poll() until a moment."""
    return poller.poll(until_ms(moment))
