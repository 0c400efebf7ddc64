"""One request's course, from the client's side: offered, taken, answered, or taken back."""

from __future__ import annotations

import time
import uuid as uuids
from enum import Enum

from ramwire import line as lines
from ramwire.contract import Moment
from ramwire.errors import Refused, ReplyLost, ServerGone, Timeout
from ramwire.jsonfile import document, records
from ramwire.jsonfile.document import Entry
from ramwire.jsonfile.lock import Held
from ramwire.jsonfile.seat import Heard, Seat, ServerLeft
from ramwire.jsonfile.shared import Moved

_NEVER = float("inf")


class Again(Exception):
    """The server left without having taken it, or the folder moved: to be sent anew, from another seat."""


class Until(Enum):
    """What is waited for: the answer, that a server has it, or that its verb has returned."""

    ANSWERED = "answered"
    TAKEN = "taken"
    RETURNED = "returned"


def _nothing() -> None:
    pass


def entry_of(line: bytes, token: str, until: Until) -> Entry:
    """What goes into the file. Raises `BadMessage`."""
    verb, positional, named = lines.decode(line)
    args: object = dict(named) if named else list(positional)
    document.check_value(args, f"{verb}: what is passed")
    fields: dict[str, object] = {"command": verb, "args": args, "from": token}
    if until is not Until.ANSWERED:
        fields["note"] = True
    return Entry(fields)


class Exchange:
    """`deferred` and `taken` are called when the server says so."""

    def __init__(
        self, seat: Seat, deadline: float, until: Until, deferred: Moment = _nothing, taken: Moment = _nothing
    ) -> None:
        self._seat = seat
        self._deadline = deadline
        self._until = until
        self._deferred = deferred
        self._taken = taken
        self._has_taken = False

    def run(self, line: bytes) -> Entry | None:
        """The answered entry; None only where no answer is waited for. Raises also `Again` and OSError."""
        seat = self._seat
        entry = entry_of(line, seat.token, self._until)
        seat.listen()
        seat.offer()
        self._put(str(uuids.uuid4()), entry)
        while True:
            try:
                heard = seat.wait(self._deadline)
            except ServerLeft:
                return self._server_left()
            if not heard.in_time and time.monotonic() >= self._deadline:
                return self._late()
            done, answer = self._react(heard, entry)
            if done:
                return answer

    def _put(self, uuid: str, entry: Entry) -> None:
        seat = self._seat
        try:
            seat.put(uuid, entry, self._deadline)
        except BaseException as error:
            seat.outstanding = ""
            seat.take_back()
            if isinstance(error, Held):
                raise self._timeout("another program holds its lock", False) from None
            if isinstance(error, Moved):
                raise Again from None
            raise

    def _react(self, heard: Heard, entry: Entry) -> tuple[bool, Entry | None]:
        """Whether that was the end, and the answer."""
        seat, kinds = self._seat, heard.kinds
        if records.CLOSED in kinds:
            raise Refused("the client was closed in another thread")
        if records.DEFERRED in kinds:
            self._deferred()
        if records.ANSWERED in kinds:
            return True, self._fetch()
        if records.NO_ROOM in kinds:
            seat.tidy()
            raise ReplyLost("the verb has run, but its answer found no room in the shared file")
        if self._until is not Until.ANSWERED:
            if records.TAKEN in kinds or records.RETURNED in kinds:
                self._is_taken()
            if records.RETURNED in kinds or (self._has_taken and self._until is Until.TAKEN):
                return True, None
        if heard.changed or records.LOOK in kinds:
            return self._look(entry)
        return False, None

    def _is_taken(self) -> None:
        if not self._has_taken:
            self._has_taken = True
            self._deadline = _NEVER  # it was for the taking alone
            self._seat.tidy()
            self._taken()

    def _fetch(self) -> Entry:
        seat = self._seat
        try:
            entry = seat.fetch(self._deadline)
        except Held:
            raise self._timeout("another program holds its lock", True) from None
        except Moved:
            entry = None
        if entry is None or not entry.is_answered:
            raise ReplyLost("the answer was removed from the shared file before it was read")
        return entry

    def _look(self, entry: Entry) -> tuple[bool, Entry | None]:
        """Into the file: a server that is not ours may have answered, or somebody may have spoiled it."""
        seat = self._seat
        if not seat.outstanding:
            return False, None
        seen = seat.shared.peek()
        if seen is not None:
            mine = seen.entries.get(seat.outstanding)
            if mine is not None and not mine.is_answered:
                return False, None
        try:
            with seat.shared.commands(self._deadline) as commands:
                mine = commands.entries.get(seat.outstanding)
                if mine is None and seat.joined and seat.is_on_offer:
                    commands.add(seat.outstanding, entry)  # the file was broken, and a fresh one made
                if mine is not None and mine.is_answered:
                    commands.remove(seat.outstanding)
        except Held:
            return False, None  # the deadline has come
        except Moved:
            return True, self._moved()
        if mine is None and not seat.joined:
            seat.take_back()
            seat.outstanding = ""
            raise ReplyLost(
                "the request was removed from the shared file before it was answered; it may have run"
            )
        if mine is None or not mine.is_answered:
            return False, None
        seat.take_back()
        seat.outstanding = ""
        self._is_taken()
        return True, mine

    def _moved(self) -> Entry | None:
        if self._seat.joined:
            return None  # its server lets go of us, and we hear that
        if self._seat.take_back():
            self._seat.outstanding = ""
        raise Again

    def _server_left(self) -> Entry | None:
        seat = self._seat
        seat.joined = False
        seat.worn = True
        if self._has_taken:
            raise ServerGone("the server died while it ran the verb, which may have run to its end")
        if seat.take_back():
            seat.tidy()
            raise Again
        entry = seat.tidy()  # it may have answered before it died
        if entry is not None and entry.is_answered and self._until is Until.ANSWERED:
            return entry
        raise ServerGone(
            "the server had taken the request, and died before it answered; the verb may have run"
        )

    def _late(self) -> Entry | None:
        seat = self._seat
        is_ours = seat.take_back()
        entry = seat.tidy()
        if entry is not None and entry.is_answered:  # in the last moment
            self._is_taken()
            return entry
        if not is_ours:
            seat.worn = True
            raise Timeout("no answer in time; the server has taken the request, and it may have run")
        # A server that is not ours asks for no claim: it may yet find what could not be removed.
        raise self._timeout("nobody took it in time", bool(seat.outstanding) and not seat.joined)

    def _timeout(self, why: str, may_have_run: bool) -> Timeout:
        nobody = not self._seat.joined and not self._seat.has_server()
        what = "it may run yet" if may_have_run else "it was withdrawn and has not run"
        return Timeout(f"{'no server is there' if nobody else why}: {what}", may_have_run, nobody)


def call(seat: Seat, line: bytes, deadline: float, deferred: Moment) -> object:
    """Send, wait, and give the value."""
    entry = Exchange(seat, deadline, Until.ANSWERED, deferred=deferred).run(line)
    assert entry is not None  # noqa: S101 - it waits for the answer
    return entry.outcome()
