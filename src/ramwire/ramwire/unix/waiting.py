"""A client that waits for its server's socket to appear: inotify on the folder, and nothing that polls."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress

from ramwire.ramdrive import watch
from ramwire.sessions.contract import Expired
from ramwire.unix.place import Place

_APPEARS = watch.IN_CREATE | watch.IN_MOVED_TO | watch.IN_ATTRIB | watch.IN_DELETE_SELF | watch.IN_MOVE_SELF

_LONGEST_POLL_MS = 1e9


class Waiting:
    """Sees each change from the moment it is made."""

    def __init__(self, place: Place, waker: int) -> None:
        """`waker` is a descriptor that ends every wait when it becomes readable."""
        self._name = os.fsencode(place.name)
        place.make_folder()
        self._inotify = watch.Inotify()
        try:
            folder = os.open(place.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                self._inotify.watch(folder, _APPEARS)
            finally:
                os.close(folder)
        except BaseException:
            self.close()
            raise
        self._ready = select.poll()
        self._ready.register(self._inotify.fd, select.POLLIN)
        self._ready.register(waker, select.POLLIN)

    def wait(self, deadline: float, pause_s: float) -> None:
        """Until something has changed that the service's socket may have a part in, or for a pause."""
        end = min(deadline, time.monotonic() + pause_s)
        while True:
            left_ms = (end - time.monotonic()) * 1000
            if left_ms <= 0:
                if end == deadline:
                    raise Expired
                return
            for fd, _ in self._ready.poll(min(left_ms, _LONGEST_POLL_MS)):
                if fd != self._inotify.fd or self._concerns_us():
                    return

    def _concerns_us(self) -> bool:
        return any(event.name in (self._name, b"") for event in self._inotify.read())

    def close(self) -> None:
        with suppress(OSError):
            self._inotify.close()
