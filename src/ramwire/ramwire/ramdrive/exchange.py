"""One exchange on a lane: send, then wait until it is clear how it ended."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Callable

from ramwire import pickles
from ramwire.errors import Refused, ReplyLost, ServerGone, Timeout
from ramwire.ramdrive import files, records
from ramwire.ramdrive.lane import Lane, ServerLeft
from ramwire.remote import read_error

if TYPE_CHECKING:
    from ramwire.ramdrive.folders import FolderLook, FolderWatch

Moment = Callable[[], None]

_PATIENCE_MS = 3.0
"""After which a request that nobody has answered calls for help, and again after ten times as long."""

_MOST_PATIENCE_MS = 300.0

_JOINING_MS = 50.0
"""A server that has not joined by then is stopped, or busy starting: the request is shown to every server."""

_LONGEST_POLL_MS = 1e9
"""poll() takes a C int."""

_monotonic = time.monotonic


class Again(Exception):
    """The request was withdrawn before any server took it; it may be sent once more, on a new lane."""


def _nothing() -> None:
    pass


def call(lane: Lane, line: bytes, deadline: float, deferred: Moment) -> object:
    """The value that answers a line. Raises a `WireError`, or `Again`."""
    if not lane.joined:
        return Exchange(lane, deadline, deferred=deferred).run(line)
    try:
        name = lane.send_joined(line, deadline)
    except (ServerLeft, FileNotFoundError) as error:
        return Exchange(lane, deadline, deferred=deferred).resume(error)
    heard = lane.hear(_PATIENCE_MS)
    if heard is None:
        return Exchange(lane, deadline, deferred=deferred).resume()
    if not heard.startswith(records.VALUE + name):
        return Exchange(lane, deadline, deferred=deferred).resume(heard=heard)
    return _joined_value(lane, name, heard[records.VALUE_AT :])


def note(lane: Lane, line: bytes, deadline: float, taken: Moment) -> None:
    """Send a line, call `taken` when a server has it, and wait until the verb has returned."""
    Exchange(lane, deadline, Until.RETURNED, taken=taken).run(line)


def ping(lane: Lane, line: bytes, deadline: float, _: Moment) -> None:
    """Send a line, and wait until a server has it."""
    Exchange(lane, deadline, Until.TAKEN).run(line)


def _joined_value(lane: Lane, name: bytes, data: bytes) -> object:
    files.remove(name + b".pickle", lane.place.client)
    lane.outstanding = b""
    return pickles.loads(data)


class Until(Enum):
    """What ends an exchange."""

    ANSWER = "the value or error"
    TAKEN = "the request being taken"
    RETURNED = "the verb having returned, when its answer is nobody's"


class Exchange:
    """What is waited for, and by which signs it is known to have ended.

    Two kinds of server may answer: one of ours, which has joined the lane and rings its bell; or any other,
    which shows only in the two folders. Until the first has joined, both are listened for.
    """

    def __init__(
        self,
        lane: Lane,
        deadline: float,
        until: Until = Until.ANSWER,
        deferred: Moment = _nothing,
        taken: Moment = _nothing,
    ) -> None:
        self._lane = lane
        self._deadline = deadline
        self._deferred = deferred
        self._taken = taken
        self._was_taken = False
        self._until = until
        self._foreign = False
        self._value: object = None
        self._ended = False
        self._folders: FolderWatch | FolderLook | None = None
        self._patience_ms: float | None = _PATIENCE_MS

    def run(self, line: bytes) -> object:
        """Send, and wait."""
        if not self._lane.joined:
            self._join()
        return self._run_joined(line) if self._lane.joined else self._run_waiting(line)

    def _join(self) -> None:
        """Where a server of ours is at hand it joins at once, and the folders need not be watched."""
        lane = self._lane
        lane.knock(self._deadline)
        left_ms = max(0.0, (self._deadline - _monotonic()) * 1000)
        if lane.bell >= 0 and lane.poll(min(left_ms, _JOINING_MS)):
            with suppress(BlockingIOError):
                self._hear(os.read(lane.back, records.BACK_BYTES))

    def _run_waiting(self, line: bytes) -> object:
        self._watch_folders()  # before sending, so that no reply is missed
        try:
            if not self._lane.place.is_current():
                self._place_changed()
            self._lane.send_waiting(line)
            self._lane.knock(self._deadline)
        except FileNotFoundError:
            self._place_changed()
        return self._wait()

    def resume(self, error: Exception | None = None, heard: bytes | None = None) -> object:
        """Go on after sending: with what went wrong in it, or with what the bell has said since."""
        if error is not None:
            self._server_left()
        if heard is not None:
            self._hear(heard)
        return self._wait()

    def _run_joined(self, line: bytes) -> object:
        try:
            self._lane.send_joined(line, self._deadline)
        except (ServerLeft, FileNotFoundError):
            self._server_left()
        return self._wait()

    def _wait(self) -> object:
        lane = self._lane
        try:
            while not self._ended:
                for fd, _ in self._events():
                    if fd == lane.back:
                        with suppress(BlockingIOError):
                            self._hear(os.read(fd, records.BACK_BYTES))
                    elif self._folders:
                        self._look(self._folders)
                if self._folders and self._folders.look_every_ms and not self._ended:
                    self._look(self._folders)
        finally:
            self._stop_watching()
        lane.outstanding = b""
        return self._value

    def _events(self) -> list[tuple[int, int]]:
        left_ms, patience_ms = self._left_ms(), self._patience_ms
        if left_ms is not None:
            left_ms = min(left_ms, _LONGEST_POLL_MS)
        if self._folders and self._folders.look_every_ms:
            return self._lane.poll(min(left_ms or _LONGEST_POLL_MS, self._folders.look_every_ms))
        if patience_ms is None or (left_ms is not None and left_ms <= patience_ms):
            return self._lane.poll(left_ms)
        events = self._lane.poll(patience_ms)
        if not events:
            self._lane.call_for_help()
            self._patience_ms = 10 * patience_ms if patience_ms < _MOST_PATIENCE_MS else None
        return events

    def _left_ms(self) -> float | None:
        if self._was_taken and self._lane.joined and not self._foreign:
            return None  # the note's end comes from the server, or with the server's
        left_s = self._deadline - _monotonic()
        if left_s > 0:
            return left_s * 1000
        self._fetch()
        if self._ended:
            return 0
        if self._was_taken:
            raise Timeout("a server has taken the note, and said no more")
        raise self._lane.late()

    def _hear(self, heard: bytes) -> None:
        if not heard:
            self._server_left()
            return
        for kind, name, data in records.split(heard):
            if kind == records.JOINED:
                self._lane.joined = self._lane.met = True
                if self._lane.bell < 0:
                    self._lane.knock(self._deadline)
            elif kind == records.CLOSED:
                self._lane.withdraw()
                raise Refused("the client was closed during the call")
            elif kind == records.JUNK:
                self._fetch()
            elif name == self._lane.outstanding:
                self._hear_of_request(kind, name, data)

    def _hear_of_request(self, kind: bytes, name: bytes, data: bytes) -> None:
        if kind == records.VALUE:
            self._end(_joined_value(self._lane, name, data))
        elif kind == records.FILED:
            self._end(_joined_value(self._lane, name, self._lane.read_reply()))
        elif kind == records.ERROR:
            error = read_error(self._lane.read_reply())
            files.remove(name + b".error", self._lane.place.client)
            self._lane.outstanding = b""
            raise error
        elif kind == records.NO_ROOM:
            self._lane.outstanding = b""
            raise ReplyLost("the verb has run, but the drive has no room for its answer")
        elif kind == records.CANNOT:
            self._lane.outstanding = b""
            raise ReplyLost(
                "the verb has run, but the server cannot write its answer: is its folder still whole?"
            )
        elif kind == records.DEFERRED:
            self._deferred()
        elif kind == records.TAKEN:
            self._note_taken()
        elif kind == records.DONE:
            self._end(None)
        elif kind == records.NOT_MINE:
            # Another server took it: its answer will only show in the folder.
            self._foreign = True
            self._watch_folders()
            self._fetch()

    def _note_taken(self) -> None:
        self._lane.met = True
        if self._until is Until.TAKEN:
            self._end(None)
        elif self._until is Until.RETURNED and not self._was_taken:
            self._was_taken = True
            self._taken()

    def _end(self, value: object) -> None:
        self._value = value
        self._ended = True

    def _server_left(self) -> None:
        lane = self._lane
        self._fetch()
        if self._ended:
            return
        if not self._was_taken and lane.withdraw():
            raise Again
        if self._foreign:
            lane.poll_no_more(lane.back)
            return
        raise ServerGone(
            "the server had taken the request and died before it answered; the verb may have run"
        )

    def _place_changed(self) -> None:
        if self._lane.withdraw():
            raise Again
        raise ReplyLost(
            "the service's folders were deleted or replaced during the call; the verb may have run"
        )

    def _watch_folders(self) -> None:
        # On first use: where a server of ours is at hand, it never comes to that.
        from ramwire.ramdrive.folders import watch_folders  # noqa: PLC0415

        if self._folders is None:
            self._folders = watch_folders(self._lane)

    def _stop_watching(self) -> None:
        if self._folders is not None:
            self._folders.close()
            self._folders = None

    def _look(self, folders: FolderWatch | FolderLook) -> None:
        changes = folders.changes(self._lane.outstanding)
        if changes.elsewhere and not self._lane.place.is_current():
            self._fetch()
            if not self._ended:
                self._place_changed()
        if changes.reply:
            self._fetch()
        if changes.taken and not self._ended:
            self._note_taken()

    def _fetch(self) -> None:
        """Take the reply from the folder, if a whole one is there."""
        lane, name = self._lane, self._lane.outstanding
        for ending in (b".pickle", b".error"):
            data = lane.fetch(name + ending)
            if data is None:
                continue
            lane.outstanding = b""
            lane.met = True
            if ending == b".error":
                raise read_error(data)
            self._end(pickles.loads_foreign(data))
            return
