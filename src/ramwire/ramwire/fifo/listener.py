"""Waits for clients at the server's door, and holds the two FIFOs for those that know no door."""

from __future__ import annotations

from ramwire.errors import Refused
from ramwire.fifo import lanes
from ramwire.fifo.answering import AnswerPair
from ramwire.fifo.door import Door
from ramwire.fifo.framings import framing_of
from ramwire.fifo.joined import JoinedLane
from ramwire.fifo.place import Place, folder_of
from ramwire.fifo.seat import Seat
from ramwire.fifo.shared import SharedSession
from ramwire.journal import Journal
from ramwire.line import MAX_LINE_BYTES
from ramwire.sessions.contract import Closed, Listener, ServerSession
from ramwire.url import Url

log = Journal(__name__)


class FifoListener(Listener):
    """See `ramwire.sessions.contract.Listener`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._path = folder_of(url)
        self._framing = framing_of(url)
        self._door: Door | None = None
        self._pair: AnswerPair | None = None
        self._shared: SharedSession | None = None
        self._has_no_room = False
        self._over = False

    def open(self) -> None:
        self._over = False
        try:
            self._open()
        except OSError as error:
            raise Refused(f"{self._url.text}: the system does not let it: {error}") from error

    def _open(self) -> None:
        place = Place(self._path)
        try:
            place.adopt()
            seat = Seat(place)
        except BaseException:
            place.clear()
            raise
        door = Door()  # before `send` has a reader, so that a client of ours knows whose reader that is
        self._pair = AnswerPair(place, seat, self._framing, others=(door,), most_bytes=MAX_LINE_BYTES)
        self._door = door
        self._share()

    def _share(self) -> None:
        """A session of the two FIFOs, the first or after another's end."""
        pair, door = self._pair, self._door
        if pair is not None and door is not None and not self._over:
            self._shared = SharedSession(pair, self._framing, self._share)
            door.nudge()

    def accept(self) -> ServerSession:
        door = self._door
        while door is not None and not self._over:
            shared, self._shared = self._shared, None
            if shared is not None:
                return shared
            token = door.knocks()
            if token is None:
                break
            lane = self._join(door, token) if token else None
            if lane is not None:
                return lane
        raise Closed

    def _join(self, door: Door, token: bytes) -> JoinedLane | None:
        place = door.place
        if place is None:
            return None
        try:
            ends = lanes.join(place, token)
        except OSError as error:
            if not self._has_no_room:
                log.warning("%s: a client waits to be let in: %s", self._path, error)
            self._has_no_room = True
            door.put_off(token)
            return None
        self._has_no_room = False
        return None if ends is None else JoinedLane(*ends, self._framing)

    def refuse(self, session: ServerSession, why: str) -> None:
        if isinstance(session, JoinedLane):
            session.refuse(why)

    def interrupt(self) -> None:
        self._over = True
        if self._door is not None:
            self._door.shut()
        if self._pair is not None:
            self._pair.shut()

    def close(self) -> None:
        self.interrupt()
        door, pair, self._door, self._pair = self._door, self._pair, None, None
        if door is not None:
            door.remove()
        if pair is not None:
            pair.close()

    def forget(self) -> None:
        pair, self._pair, self._door, self._shared = self._pair, None, None, None
        if pair is not None:
            pair.forget()
