"""The client's end of the `jsonfile:` wire: a pool of seats, one for each request under way."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Callable, ClassVar, TypeVar

from ramwire.contract import ClientWire, Moment
from ramwire.errors import Refused, Timeout
from ramwire.jsonfile import exchange
from ramwire.jsonfile.exchange import Exchange, Until
from ramwire.jsonfile.place import Place, file_path
from ramwire.jsonfile.seat import Seat
from ramwire.jsonfile.shared import SharedFile
from ramwire.line import HELLO
from ramwire.url import Url

T = TypeVar("T")

_TRIES = 3

STALE_S = 10.0

OPTIONS: Mapping[str, str] = {
    "stale": f"seconds after which a request of another library is not run any more ({STALE_S:g})",
}


def _nothing() -> None:
    pass


class JsonFileClient(ClientWire):
    """See `ramwire.contract.ClientWire`. Nothing is made before the first call."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url)
        self._path = file_path(url)
        self._reset()
        _clients.add(self)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._shared: SharedFile | None = None
        self._idle: list[Seat] = []
        self._seats: set[Seat] = set()
        self._closed = False
        # At the interpreter's exit too, so that a program that never closes leaves nothing behind.
        self._at_exit = weakref.finalize(self, _close_seats, self._seats, os.getpid())

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        return self._exchange(deadline, lambda seat: exchange.call(seat, line, deadline, deferred))

    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        self._exchange(deadline, lambda seat: Exchange(seat, deadline, Until.RETURNED, taken=taken).run(line))

    def ping(self, deadline: float) -> None:
        self._exchange(deadline, lambda seat: Exchange(seat, deadline, Until.TAKEN).run(HELLO))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._retire_idle()
            for seat in list(self._seats):
                seat.interrupt()

    def forget(self) -> None:
        """In a forked child: leave the parent's seats to the parent."""
        for seat in list(self._seats):
            seat.forget()
        self._at_exit.detach()
        self._reset()

    def _exchange(self, deadline: float, run: Callable[[Seat], T]) -> T:
        while True:
            try:
                seat = self._idle.pop()
            except IndexError:
                seat = self._new_seat()
            try:
                return run(seat)
            except exchange.Again:
                seat.worn = True
                if time.monotonic() >= deadline:
                    raise Timeout(
                        "the server left, and no other came in time; it has not run", False, True
                    ) from None
            except OSError as error:
                seat.worn = True
                raise Refused(f"{self.url.text}: the system does not let it: {error}") from error
            finally:
                if self._closed or seat.worn or seat.outstanding or seat.is_on_offer:
                    self._seats.discard(seat)
                    seat.close()
                else:
                    self._put_back(seat)

    def _put_back(self, seat: Seat) -> None:
        self._idle.append(seat)
        if self._closed:  # in another thread, which may not have seen this seat
            self._retire_idle()

    def _retire_idle(self) -> None:
        while True:
            try:
                seat = self._idle.pop()
            except IndexError:
                return
            self._seats.discard(seat)
            seat.close()

    def _new_seat(self) -> Seat:
        with self._lock:
            if self._closed:
                raise Refused(f"{self.url.text}: this client has been closed")
            try:
                seat = self._made_seat()
            except OSError as error:
                raise Refused(f"{self.url.text}: no seat can be made: {error}") from error
            self._seats.add(seat)
            return seat

    def _made_seat(self) -> Seat:
        for _ in range(_TRIES):
            if self._shared is None or not self._shared.place.is_current():
                self._shared = SharedFile(Place(self._path))
            # The folder may go while it is made, or a server that starts take it for a dead client's.
            with suppress(FileNotFoundError):
                return Seat(self._shared)
        raise FileNotFoundError(f"{self._path}.ramwire is removed again and again")


def _close_seats(seats: set[Seat], pid: int) -> None:
    if pid == os.getpid():
        for seat in list(seats):
            seat.close()


_clients: weakref.WeakSet[JsonFileClient] = weakref.WeakSet()


def _forget_parents() -> None:
    for client in list(_clients):
        client.forget()


os.register_at_fork(after_in_child=_forget_parents)
