"""The outlet of a server that answers on `DIR/recv`: no answer is left for a client that did not ask."""

from __future__ import annotations

import select
import time
from typing import Callable

from ramwire.fifo.outlet import Outlet
from ramwire.fifo.pair import Pair
from ramwire.fifo.shut import Late
from ramwire.journal import Journal

log = Journal(__name__)

_NEVER = float("inf")
_UNREAD_S = 1.0
"""How long an answer lies there while nobody reads: a shell opens `recv` after it has written to `send`."""


def _nothing() -> None:
    pass


class AnswerOutlet(Outlet):
    """What nobody reads in time is thrown away."""

    _empties_at = _NEVER
    _may_lie_there = False

    def __init__(self, name: bytes, unfinished: Callable[[], None]) -> None:
        super().__init__(name, unfinished)
        self.nobody_reads: Callable[[], None] = _nothing
        """Called when the last reader has left, and when none has come in time."""

    @property
    def looks_at(self) -> float:
        return self._empties_at

    def leave(self, frame: bytes) -> None:
        """Write an answer, whether anybody reads or not. Raises `Shut`, `Refused`."""
        self._may_lie_there = True
        end = time.monotonic() + _UNREAD_S
        if len(frame) <= select.PIPE_BUF and self._leave_for_later(frame):
            self.expect_a_reader()
            return
        try:
            self.put(frame, end)
        except Late as late:
            if not late.begun:
                log.warning("an answer of %d bytes is thrown away: nobody reads it", len(frame))

    def _leave_for_later(self, frame: bytes) -> bool:
        with self._lock:
            self._check()
            self._swap()
            sink = self._sink
            if sink is None or sink.has_reader:
                return False
            self._drop_rest(sink)
            return sink.leave(frame)

    def expect_a_reader(self) -> None:
        """Somebody is to read within a second. From any thread."""
        self._empties_at = time.monotonic() + _UNREAD_S
        self._unfinished()

    def look(self) -> None:
        self._empties_at = _NEVER
        if self.has_reader:
            return
        with self._lock:
            self._may_lie_there = False
            if self._sink is not None:
                self._sink.empty()
        self.nobody_reads()

    def a_reader_left(self) -> None:
        if self.has_reader:
            return
        self.nobody_reads()
        if self._may_lie_there:
            self._empties_at = time.monotonic() + _UNREAD_S


class AnswerPair(Pair):
    """The server's pair."""

    outlet: AnswerOutlet

    def _make_outlet(self, name: bytes) -> AnswerOutlet:
        return AnswerOutlet(name, self._push)
