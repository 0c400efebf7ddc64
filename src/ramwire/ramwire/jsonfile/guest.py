"""One seat that has joined, as the server holds it."""

from __future__ import annotations

import os
import select
import stat
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ramwire.jsonfile import records
from ramwire.jsonfile.place import Place
from ramwire.ramdrive import files

if TYPE_CHECKING:
    from concurrent.futures import Future


class Guest:
    """Every method copes with a client that has died; `is_gone` then is True."""

    def __init__(self, place: Place, seat: str) -> None:
        """Raises OSError where the client is dead (ENXIO, ENOENT), `Unsafe` where its files are odd."""
        self.seat = seat
        self.pending: Future[Any] | None = None
        self._lock = threading.Lock()
        self._closed = False
        name = seat.encode()
        self.bell = files.open_safely(name, place.beside, os.O_WRONLY, stat.S_ISFIFO)
        try:
            self._claim = files.open_safely(name + b".claim", place.beside, os.O_RDONLY, stat.S_ISFIFO)
        except BaseException:
            os.close(self.bell)
            raise
        poller = select.poll()
        poller.register(self.bell, 0)
        self._has_error = poller.poll
        self.ring(records.JOINED)

    @property
    def is_gone(self) -> bool:
        return self._closed or bool(self._has_error(0))

    def claim(self) -> bool:
        """Take the request that is on offer; False where it was taken back, or taken before."""
        with self._lock:
            if self.is_gone:
                return False
            try:
                return os.read(self._claim, 1) != b""
            except BlockingIOError:
                return False

    def ring(self, kind: bytes, uuid: str = "") -> None:
        with self._lock:
            if not self._closed:
                # A client that reads nothing any more is dead, or gives up by its timeout.
                with suppress(BlockingIOError, BrokenPipeError):
                    os.write(self.bell, records.record(kind, uuid.encode() or records.NOBODY))

    def close(self) -> None:
        """The client sees a POLLHUP."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self.forget()
        pending = self.pending
        if pending is not None:
            pending.cancel()

    def forget(self) -> None:
        """Close the descriptors alone."""
        os.close(self.bell)
        os.close(self._claim)
