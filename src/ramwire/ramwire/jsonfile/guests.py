"""The seats that have joined a server, by token and by the descriptor of their bell."""

from __future__ import annotations

import errno
import os
import select
import stat
from contextlib import suppress

from ramwire.journal import Journal
from ramwire.jsonfile import document, records
from ramwire.jsonfile.guest import Guest
from ramwire.jsonfile.place import Place
from ramwire.ramdrive import files

log = Journal(__name__)


class Guests:
    """Their bells are in `epoll`, where a client's death is an EPOLLERR."""

    def __init__(self, place: Place, epoll: select.epoll) -> None:
        self._place = place
        self._epoll = epoll
        self._by_seat: dict[str, Guest] = {}
        self._by_bell: dict[int, Guest] = {}

    def __contains__(self, seat: str) -> bool:
        return seat in self._by_seat

    def join(self, seat: str) -> Guest | None:
        """The guest at that seat; None where its client is dead. Raises OSError."""
        guest = self._by_seat.get(seat)
        if guest is not None:
            return guest
        try:
            guest = Guest(self._place, seat)
        except files.Unsafe as error:
            log.warning("%s: a request is not run, its seat is none: %s", self._place.path, error)
            return None
        except OSError as error:
            if error.errno not in (errno.ENXIO, errno.ENOENT):
                raise
            self._remove(seat)
            return None
        self._by_seat[seat] = self._by_bell[guest.bell] = guest
        self._epoll.register(guest.bell, 0)
        return guest

    def drop(self, bell: int) -> str | None:
        """The client has closed that seat, or is dead. Gives the seat."""
        guest = self._by_bell.pop(bell, None)
        if guest is None:
            return None
        self._by_seat.pop(guest.seat, None)
        with suppress(OSError):
            self._epoll.unregister(bell)
        guest.close()
        self._remove(guest.seat)
        return guest.seat

    def sweep(self) -> None:
        """Join the clients that wait, and remove what the dead have left. Raises OSError."""
        names = files.listing(self._place.beside)
        for name in names:
            seat, _, ending = name.partition(".")
            if not document.is_seat(seat):
                continue
            if not ending:
                self.join(seat)
            elif seat not in names and not self._is_being_made(seat):
                self._remove(seat)

    def _is_being_made(self, seat: str) -> bool:
        try:
            claim = f"{seat}.claim".encode()
            os.close(files.open_safely(claim, self._place.beside, os.O_WRONLY, stat.S_ISFIFO))
        except (OSError, files.Unsafe):
            return False
        return True

    def _remove(self, seat: str) -> None:
        for name in (seat, f"{seat}.claim", f"{seat}.new"):
            with suppress(OSError):
                files.remove(name.encode(), self._place.beside)

    def look(self) -> None:
        """Tell every client to look into the file."""
        for guest in list(self._by_seat.values()):
            guest.ring(records.LOOK)

    def close(self) -> None:
        """Every client sees a POLLHUP."""
        for guest in list(self._by_seat.values()):
            guest.close()

    def forget(self) -> None:
        """Close the descriptors alone."""
        for guest in list(self._by_seat.values()):
            guest.forget()
