"""`DIR/door`, as the server holds it: clients write there which lane is to be joined."""

from __future__ import annotations

import os
import select
from collections import deque
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.fifo import lanes
from ramwire.fifo.alarm import Alarm
from ramwire.fifo.fifos import MODE, Fifo
from ramwire.fifo.kept import Kept
from ramwire.fifo.place import Place
from ramwire.ramdrive.files import full_drive_is_an_error

_READ_BYTES = 4096
_TRY_AGAIN_S = 1.0


class Door(Kept):
    """Anew for each server, and renamed into place once it is open: who knocks at the former
    one is told that nobody is there.
    """

    name = lanes.DOOR

    def __init__(self) -> None:
        self.place: Place | None = None
        self._fifo: Fifo | None = None
        self._fd = -1
        self._next_fd = -1
        self._alarm = Alarm()
        self._tokens: deque[bytes] = deque()
        self._begun = b""  # the first part of a token, where a read has ended in the midst of it
        self._put_off: list[bytes] = []
        self._is_shut = False

    def knocks(self) -> bytes | None:
        """Wait for the token of the next lane; b"" after `nudge`, None once it is shut."""
        while not self._is_shut:
            if self._tokens:
                return self._tokens.popleft()
            if self._next_fd >= 0:
                self._close_end()
                self._fd, self._next_fd, self._begun = self._next_fd, -1, b""
            poller = select.poll()
            poller.register(self._alarm.fd, select.POLLIN)
            if self._fd >= 0:
                poller.register(self._fd, select.POLLIN)
            if not poller.poll(_TRY_AGAIN_S * 1000 if self._put_off else None):
                self._tokens += self._put_off
                self._put_off = []
            self._alarm.hush()
            if not self._is_shut and self._fd >= 0:
                with suppress(BlockingIOError):
                    self._hear(os.read(self._fd, _READ_BYTES))
        return None

    def _hear(self, data: bytes) -> None:
        data = self._begun + data
        self._tokens += lanes.find_tokens(data)
        self._begun = data[data.rfind(b"\n") + 1 :][-lanes.TOKEN_BYTES :]

    def put_off(self, token: bytes) -> None:
        """It cannot be let in now, but perhaps a little later."""
        self._put_off.append(token)

    def nudge(self) -> None:
        """Make `knocks` return. From any thread."""
        self._tokens.append(b"")
        self._alarm.ring()

    def is_at(self, folder: int) -> bool:
        return self._fifo is not None and self._fifo.is_at(self.name, folder)

    def follow(self, place: Place) -> None:
        shown = os.path.join(place.path, os.fsdecode(self.name))
        with suppress(FileNotFoundError):
            Fifo(self.name, place.folder, shown).close()  # anything else than a FIFO is refused, and left
        lanes.sweep(place)
        for name in os.listdir(place.folder):
            if name.startswith(".door."):  # of a server that was killed while it made one
                os.unlink(name, dir_fd=place.folder)
        hidden = b".door.%d" % os.getpid()
        with suppress(FileNotFoundError):
            os.unlink(hidden, dir_fd=place.folder)
        with full_drive_is_an_error(shown):
            os.mkfifo(hidden, MODE, dir_fd=place.folder)
        try:
            fifo = Fifo(hidden, place.folder, shown)
            fd = fifo.both()  # to be a writer as well: no client that leaves is the last
            os.rename(hidden, self.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
        except BaseException:
            os.unlink(hidden, dir_fd=place.folder)
            raise
        former, self._fifo = self._fifo, fifo
        if former is not None:
            former.close()
        self.place, self._next_fd = place, fd
        self._alarm.ring()

    def fail(self, why: str) -> None:
        """Lanes that are joined already do not need the folder."""

    def shut(self) -> None:
        """Make `knocks`, now and later, return None. From any thread."""
        self._is_shut = True
        self._alarm.ring()

    def remove(self) -> None:
        """Take it off its hinges."""
        place = self.place
        with suppress(OSError, Refused):
            if place is not None and self.is_at(place.folder):
                os.unlink(self.name, dir_fd=place.folder)
        if place is not None:
            with suppress(OSError, Refused):
                lanes.sweep(place)  # of clients that were killed while they knocked
            lanes.clear(place)

    def _close_end(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def close(self) -> None:
        self.shut()
        self._close_ends()
        self._alarm.close()

    def forget(self) -> None:
        self._is_shut = True
        self._close_ends()
        self._alarm.forget()

    def _close_ends(self) -> None:
        self._close_end()
        if self._next_fd >= 0:
            os.close(self._next_fd)
            self._next_fd = -1
        if self._fifo is not None:
            self._fifo.close()
            self._fifo = None
