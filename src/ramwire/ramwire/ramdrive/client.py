"""The client's end of the `ramdrive:` wire: a pool of lanes, one for each request under way."""

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
from ramwire.line import HELLO
from ramwire.ramdrive import exchange
from ramwire.ramdrive.lane import SILENT, TALKING, Lane
from ramwire.ramdrive.place import Place
from ramwire.url import Url

T = TypeVar("T")

STALE_S = 10.0

OPTIONS: Mapping[str, str] = {
    "stale": f"seconds after which a request of a shell or another library is not run any more ({STALE_S:g})",
}


def service_path(url: Url) -> str:
    """The folder that an address names. Raises `Refused` where it names none."""
    if not os.path.basename(url.rest) or "\0" in url.rest:
        raise Refused(
            f"{url.text}: a ramdrive's address is ramdrive:ROOT/SERVICE, a folder that need not exist yet"
        )
    return os.path.abspath(url.rest)


def _nothing() -> None:
    pass


class RamdriveClient(ClientWire):
    """See `ramwire.contract.ClientWire`. Folders are made, and descriptors opened, at the first call."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url)
        self._path = service_path(url)
        self._reset()
        _clients.add(self)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._place: Place | None = None
        self._idle: dict[bytes, list[Lane]] = {TALKING: [], SILENT: []}
        self._lanes: set[Lane] = set()
        self._closed = False
        self._met = False
        # At the interpreter's exit too, so that a program that never closes leaves nothing behind.
        self._at_exit = weakref.finalize(self, _close_lanes, self._lanes, os.getpid())

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        return self._exchange(TALKING, exchange.call, line, deadline, deferred)

    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        self._exchange(SILENT, exchange.note, line, deadline, taken)

    def ping(self, deadline: float) -> None:
        self._exchange(TALKING, exchange.ping, HELLO, deadline, _nothing)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._retire_idle()
            for lane in list(self._lanes):
                lane.interrupt()
        self._leave()

    def _put_back(self, kind: bytes, lane: Lane) -> None:
        self._idle[kind].append(lane)
        if self._closed:  # in another thread, which may not have seen this lane
            self._retire_idle()

    def _retire_idle(self) -> None:
        for lanes in self._idle.values():
            with suppress(IndexError):
                while True:
                    self._retire(lanes.pop())

    def forget(self) -> None:
        """In a forked child: leave the parent's lanes to the parent."""
        for lane in list(self._lanes):
            lane.forget()
        self._reset()

    def _exchange(
        self,
        kind: bytes,
        run: Callable[[Lane, bytes, float, Moment], T],
        line: bytes,
        deadline: float,
        moment: Moment,
    ) -> T:
        while True:
            try:
                lane = self._idle[kind].pop()
            except IndexError:
                lane = self._new_lane(kind)
            try:
                return run(lane, line, deadline, moment)
            except exchange.Again:
                lane.worn = True
                if time.monotonic() >= deadline:
                    raise Timeout(
                        "the server left, and no other came in time; it has not run", False, True
                    ) from None
            except OSError as error:
                lane.worn = True
                raise Refused(f"{self.url.text}: the system does not let it: {error}") from error
            finally:
                if lane.outstanding or lane.worn or self._closed:
                    self._retire(lane)
                else:
                    self._put_back(kind, lane)

    def _new_lane(self, kind: bytes) -> Lane:
        with self._lock:
            if self._closed:
                raise Refused(f"{self.url.text}: this client has been closed")
            try:
                if self._place is None or not self._place.is_current():
                    self._place = Place(self._path)
                lane = Lane(self._place, kind)
            except OSError as error:
                raise Refused(f"{self.url.text}: no lane can be made: {error}") from error
            self._lanes.add(lane)
            return lane

    def _retire(self, lane: Lane) -> None:
        self._met = self._met or lane.met
        lane.close()
        self._lanes.discard(lane)
        if self._closed:
            self._leave()

    def _leave(self) -> None:
        """Once closed: with the last lane goes the place, and the folders of a service that never was."""
        if not self._lanes:
            place, self._place = self._place, None
            if place is not None and not self._met:
                place.remove_if_unused()


def _close_lanes(lanes: set[Lane], pid: int) -> None:
    if pid == os.getpid():
        for lane in list(lanes):
            lane.close()


_clients: weakref.WeakSet[RamdriveClient] = weakref.WeakSet()


def _forget_parents() -> None:
    for client in list(_clients):
        client.forget()


os.register_at_fork(after_in_child=_forget_parents)
