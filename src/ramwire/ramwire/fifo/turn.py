"""Taking turns among processes: a flock that is waited for by a deadline."""

from __future__ import annotations

import fcntl
import os
import threading
from typing import Callable, Literal


class Turn:
    """Held by one open file at a time, and free again when its holder dies.

    flock() itself waits without a deadline: where the lock is not free a thread waits, and rings.
    """

    def __init__(self, fd: int, ring: Callable[[], None]) -> None:
        """Takes the descriptor over. `ring` is called when a turn that was waited for has come."""
        self._fd = fd
        self._ring = ring
        self._lock = threading.RLock()  # a signal's handler may close what its own thread takes
        self._state: Literal["free", "waiting", "ours"] = "free"
        self._wanted = False
        self._closed = False

    @property
    def is_wanted(self) -> bool:
        """Whether it is held, or waited for."""
        return self._wanted and not self._closed

    def take(self) -> bool:
        """Whether it is our turn now; if not, `ring` is called when it is."""
        with self._lock:
            self._wanted = True
            if self._state == "free" and not self._closed:
                try:
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._state = "waiting"
                    threading.Thread(target=self._wait, name="ramwire-turn", daemon=True).start()
                else:
                    self._state = "ours"
            return self._state == "ours"

    def _wait(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        with self._lock:
            if self._closed:
                os.close(self._fd)
                return
            self._state = "ours"
            if not self._wanted:
                self._give()
        self._ring()

    def give(self) -> None:
        """Let others have theirs; or wait no more."""
        with self._lock:
            self._wanted = False
            if self._state == "ours":
                self._give()

    def _give(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._state = "free"

    def close(self) -> None:
        """Give it back for good."""
        with self._lock:
            if not self._closed:
                self._closed = True
                if self._state != "waiting":  # else that thread closes it, when it may
                    os.close(self._fd)

    def forget(self) -> None:
        """In a forked child: close it without the lock, which a thread of the parent may hold."""
        if not self._closed:
            self._closed = True
            os.close(self._fd)
