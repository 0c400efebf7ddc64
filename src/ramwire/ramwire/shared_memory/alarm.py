"""Ends other threads' waits in poll(), for good."""

from __future__ import annotations

import os
import weakref
from contextlib import suppress


class Alarm:
    """A pipe to oneself: once rung, its `fd` stays readable. Closed with the last reference to it."""

    def __init__(self) -> None:
        self.fd, self._bell = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.has_rung = False
        weakref.finalize(self, _close, self.fd, self._bell).atexit = False

    def ring(self) -> None:
        """From any thread."""
        self.has_rung = True
        with suppress(BlockingIOError):  # full: it rings already
            os.write(self._bell, b"!")


def _close(*fds: int) -> None:
    for fd in fds:
        os.close(fd)
