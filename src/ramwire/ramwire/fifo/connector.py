"""Finds a server: one of ours behind its door, or one that reads `send` and knows nothing else."""

from __future__ import annotations

import errno
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ramwire.errors import Refused
from ramwire.fifo import lanes, seat
from ramwire.fifo.alarm import seconds_until
from ramwire.fifo.fifos import Fifo
from ramwire.fifo.framings import framing_of
from ramwire.fifo.literal import LiteralSession, TurnPair
from ramwire.fifo.place import Place, folder_of
from ramwire.fifo.session import Lane
from ramwire.sessions.contract import ClientSession, Closed, Connector, Expired, Gone
from ramwire.url import Url

_SETTLE_S = 0.05
"""A server of ours that dies or starts is for a moment one without a door."""


class FifoConnector(Connector):
    """See `ramwire.sessions.contract.Connector`.

    While nobody is there it holds both FIFOs, so that a server that opens them waits for nobody, and sees who
    comes.
    """

    def __init__(self, url: Url) -> None:
        self._path = folder_of(url)
        self._framing = framing_of(url)
        self._reset()

    def _reset(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._stirs = 0
        self._waiting = 0
        self._place: Place | None = None
        self._pair: TurnPair | None = None
        self._literals: weakref.WeakSet[LiteralSession] = weakref.WeakSet()
        self._knocking: set[Lane] = set()
        self._closed = False

    def connect(self, deadline: float) -> ClientSession:
        with self._waiter():
            while True:
                seen = self._stirs
                self._check_open()
                session = self._join(deadline) or self._meet(deadline)
                if session is not None:
                    return session
                self._await_stir(seen, deadline)

    @contextmanager
    def _waiter(self) -> Iterator[None]:
        with self._changed:
            self._waiting += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1
                pair = self._pair_that_nobody_needs()
            if pair is not None:
                pair.leave()  # the server looks after the FIFOs now

    def _pair_that_nobody_needs(self) -> TurnPair | None:
        """Kept, it would seem a reader of `recv` to the server."""
        in_use = self._pair is None or self._waiting or any(session.is_busy for session in self._literals)
        if in_use or self._closed or not self._server_is_ours():
            return None
        pair, self._pair = self._pair, None
        return pair

    def _check_open(self) -> None:
        if self._closed:
            raise Closed

    def _current_place(self) -> Place:
        with self._changed:
            self._check_open()
            if self._place is None or not self._place.is_current():
                former, self._place = self._place, Place(self._path)
                if former is not None:
                    self._place.inherit(former)
            return self._place

    def _join(self, deadline: float) -> ClientSession | None:
        """A lane to a server of ours; None where there is none."""
        place = self._current_place()
        door = _open_door(place)
        if door is None:
            return None
        try:
            lane = Lane(place)
            self._knocking.add(lane)
            try:
                self._check_open()
                lane.knock(door, deadline)
            except BaseException as error:
                lane.close()
                if isinstance(error, Gone):
                    return None
                raise
            finally:
                self._knocking.discard(lane)
            return lane
        finally:
            os.close(door)

    def _server_is_ours(self) -> bool:
        place = self._place
        with suppress(OSError):
            door = None if place is None else _open_door(place)
            if door is not None:
                os.close(door)
                return True
        return False

    def _meet(self, deadline: float) -> ClientSession | None:
        """A turn with a server that is not ours; None where nobody reads `send`."""
        with self._changed:
            self._check_open()
            if self._pair is None:
                self._pair = TurnPair(self._path, self._framing, self._stir)
                self._stirs += 1  # look once more, now that what happens is seen
            pair = self._pair
        if pair.inlet.fault:
            raise Refused(pair.inlet.fault)
        if not pair.outlet.has_reader:
            return None
        with self._changed:
            left_s = max(0.0, deadline - time.monotonic())
            self._changed.wait_for(lambda: self._closed, min(_SETTLE_S, left_s))
        if self._server_is_ours() or not pair.outlet.has_reader:
            return None
        folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        session = LiteralSession(pair, folder, self._server_is_ours)
        self._literals.add(session)
        return session

    def _stir(self) -> None:
        with self._changed:
            self._stirs += 1
            self._changed.notify_all()

    def _await_stir(self, seen: int, deadline: float) -> None:
        with self._changed:
            left_s = seconds_until(deadline)
            come = self._changed.wait_for(
                lambda: self._closed or self._stirs != seen, None if left_s < 0 else left_s
            )
        if not come:
            raise Expired(nobody=True)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            pair, self._pair = self._pair, None
            place, self._place = self._place, None
            for lane in list(self._knocking):
                lane.interrupt()
        if pair is not None and pair.outlet.has_reader:
            pair.leave()  # whoever serves needs them
        elif pair is not None:
            pair.close()
        if place is not None:
            seat.leave_folder(place)
            lanes.clear(place)
            place.clear()

    def forget(self) -> None:
        pair, place = self._pair, self._place
        for lane in self._knocking:
            lane.forget()  # held open here, they would hide from the server that the parent has died
        if pair is not None:
            pair.forget()
        if place is not None:
            place.close()
        self._reset()


def _open_door(place: Place) -> int | None:
    """The door of a server of ours; None where there is none, or nobody behind it. Raises OSError."""
    shown = os.path.join(place.path, os.fsdecode(lanes.DOOR))
    try:
        door = Fifo(lanes.DOOR, place.folder, shown)
    except (FileNotFoundError, Refused):
        return None
    try:
        return door.writer_to_a_reader()
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        raise
    finally:
        door.close()
