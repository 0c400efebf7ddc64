"""Threads that wait on one bell: whoever the kernel wakes handles the request itself, and no thread hands
over.

Before a thread begins, it makes sure that another waits: a slow verb holds up nobody. Threads beyond the few
that are kept waiting end when they are done.
"""

from __future__ import annotations

import itertools
import os
import threading
from typing import Callable

from ramwire.ramdrive.records import RECORD_BYTES

_KEPT_WAITING = 4
_MOST = 256


class Crew:
    """`handle` gets each record that comes out of the bell; it must not raise."""

    def __init__(self, bell: int, handle: Callable[[bytes], None], ring: Callable[[], None]) -> None:
        """`ring` puts one record into the bell, without waiting."""
        self._bell = bell
        self._handle = handle
        self._ring = ring
        # One entry for each thread that waits: append and pop are atomic, and cheaper than a lock.
        self._waiting: list[None] = []
        self._numbers = itertools.count(1)
        self._threads: set[threading.Thread] = set()
        self._over = False

    def start(self) -> None:
        for _ in range(2):
            self._add()

    def end(self) -> None:
        """Let every thread go. Verbs under way are not waited for."""
        self._over = True
        me = threading.current_thread()
        waited_for = [thread for thread in self._threads if thread is not me]
        self._ring()
        for thread in waited_for:
            thread.join(timeout=0.2)

    def _add(self) -> None:
        if len(self._threads) < _MOST:
            name = f"ramwire-server-{next(self._numbers)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.add(thread)
            thread.start()

    def _work(self) -> None:
        bell, waiting, handle, read = self._bell, self._waiting, self._handle, os.read
        try:
            while True:
                waiting.append(None)
                data = read(bell, RECORD_BYTES)
                waiting.pop()
                if self._over:
                    self._ring()  # the next thread wakes by it
                    return
                if not waiting:
                    self._add()
                handle(data)
                if self._over or len(waiting) > _KEPT_WAITING:
                    return
        finally:
            self._threads.discard(threading.current_thread())
