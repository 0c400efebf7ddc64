"""The outlet of a server that answers on `DIR/recv`: no answer is left for a client that did not ask."""

from __future__ import annotations

import select
import time

from ramwire.fifo.outlet import Outlet
from ramwire.fifo.pair import Pair
from ramwire.fifo.shut import Late
from ramwire.journal import Journal

log = Journal(__name__)

_NEVER = float("inf")
_UNREAD_S = 1.0
"""How long an answer lies there while nobody reads: a shell opens `recv` after it has written to `send`."""


class AnswerOutlet(Outlet):
    """What nobody reads in time is thrown away."""

    _empties_at = _NEVER

    @property
    def looks_at(self) -> float:
        return self._empties_at

    def leave(self, frame: bytes) -> None:
        """Write an answer, whether anybody reads or not. Raises `Shut`, `Refused`."""
        end = time.monotonic() + _UNREAD_S
        if len(frame) <= select.PIPE_BUF and self._leave_for_later(frame):
            self._empties_at = end
            self._unfinished()
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
            return sink is not None and not sink.has_reader and sink.leave(frame)

    def look(self) -> None:
        self._empties_at = _NEVER
        with self._lock:
            sink = self._sink
            if sink is not None and not sink.has_reader:
                sink.empty()

    def a_reader_left(self) -> None:
        if not self.has_reader:
            self._empties_at = time.monotonic() + _UNREAD_S


class AnswerPair(Pair):
    """The server's pair."""

    outlet: AnswerOutlet

    def _make_outlet(self, name: bytes) -> AnswerOutlet:
        return AnswerOutlet(name, self._push)
