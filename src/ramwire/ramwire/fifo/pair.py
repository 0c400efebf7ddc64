"""Both FIFOs of a folder, as one end holds them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Callable

from ramwire.fifo import seat as seats
from ramwire.fifo.framings.contract import MOST_BYTES, Framing
from ramwire.fifo.inlet import Inlet
from ramwire.fifo.keeper import Keeper
from ramwire.fifo.kept import Kept
from ramwire.fifo.outlet import Outlet
from ramwire.fifo.place import RECV, SEND, Place
from ramwire.fifo.seat import Seat


def _nothing() -> None:
    pass


class Pair:
    """An inlet, an outlet, and the keeper of their names."""

    def __init__(
        self,
        place: Place,
        seat: Seat | None,
        framing: Framing,
        *,
        others: Sequence[Kept] = (),
        stirred: Callable[[], None] = _nothing,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Makes what is not there, and takes place and seat over: who has the seat is the server. Raises
        `Refused` for what cannot be used, OSError.
        """
        self._framing = framing
        names = (SEND, RECV) if seat is not None else (RECV, SEND)
        try:
            self.inlet = self._make_inlet(names[0], framing, most_bytes)
            self.outlet = self._make_outlet(names[1])
            self._keeper = Keeper(place, seat, self.inlet, self.outlet, others=others, stirred=stirred)
        except BaseException:
            if seat is not None:
                seat.close()
            place.clear()
            raise
        self._closing = threading.RLock()
        self._closed = False

    def _make_inlet(self, name: bytes, framing: Framing, most_bytes: int) -> Inlet:
        return Inlet(name, framing, self._look_again, most_bytes)

    def _make_outlet(self, name: bytes) -> Outlet:
        return Outlet(name, self._push)

    def _look_again(self) -> None:
        self._keeper.look_again()

    def _push(self) -> None:
        self._keeper.push()

    def send(self, message: bytes, deadline: float) -> None:
        """One message. Raises `BadMessage`, `Late`, `Shut`, `Refused`."""
        self.outlet.put(self._framing.encode(message), deadline)

    @property
    def is_open(self) -> bool:
        return not self._closed

    def shut(self) -> None:
        """End what waits, now and later (`Shut`). From any thread."""
        self.inlet.shut()
        self.outlet.shut()

    def close(self) -> None:
        """Shut it, and remove what was made. From any thread; twice is fine."""
        self.shut()
        with self._closing:
            if not self._closed:
                self._closed = True
                self._keeper.close()

    def leave(self) -> None:
        """Close it, and leave what was made to the other end."""
        with self._closing:
            if not self._closed:
                seats.leave_folder(self._keeper.place)
                self._keeper.place.disown()
        self.close()

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        self._closed = True
        self._keeper.forget()


def server_pair(path: str, framing: Framing) -> Pair:
    """The server's end of a channel. Raises `Refused`, with the holder's pid where another serves there."""
    place = Place(path)
    try:
        place.adopt()
        seat = Seat(place)
    except BaseException:
        place.clear()
        raise
    return Pair(place, seat, framing)


class ClientPair(Pair):
    """The client's end. While a server of ours is there, the FIFOs are left to it."""

    def __init__(self, path: str, framing: Framing, stirred: Callable[[], None] = _nothing) -> None:
        super().__init__(Place(path), None, framing, stirred=stirred)

    def close(self) -> None:
        with self._closing:
            if not self._closed and seats.is_taken(self._keeper.place):
                seats.leave_folder(self._keeper.place)
                self._keeper.place.disown()
        super().close()
