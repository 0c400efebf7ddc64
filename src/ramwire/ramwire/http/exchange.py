"""One whole request at the server: its lines are run in a worker, and replied to when all have come to
something.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Union

from ramwire.contract import Answer, as_future
from ramwire.http.gate import Way
from ramwire.http.peer import Peer
from ramwire.http.styles import Asking, Outcome
from ramwire.journal import Journal
from ramwire.line import HELLO

if TYPE_CHECKING:
    from concurrent.futures import Future

log = Journal(__name__)

Pending = Union[Outcome, "Future[Any]"]


class Exchange:
    """`signs` says that the peer wants to be told how its request stands."""

    def __init__(self, peer: Peer, answer: Answer, signs: bool) -> None:
        self._peer = peer
        self._answer = answer
        self._signs = signs
        self._pending: list[Pending] = []
        self._left = 0
        self._abandoned = False
        self._lock = threading.Lock()

    def run(self, way: Way, body: bytes) -> None:
        """In a worker: run what a body asks for. Raises nothing."""
        try:
            asking = way.read(body)
            if self._run_lines(asking):
                self._wait(asking)
        except Exception:
            log.exception("a request could not be answered")
            self._peer.close()

    def abandon(self) -> None:
        """The peer has gone: nobody waits for answers that come later."""
        self._abandoned = True
        for pending in list(self._pending):
            if not isinstance(pending, Outcome):
                pending.cancel()

    def _run_lines(self, asking: Asking) -> bool:
        """Whether the peer was there to the last line; the lines after that have not been run."""
        for number, line in enumerate(asking.lines):
            # As late as can be: who has stopped waiting is not to have it run.
            if not self._peer.is_there():
                self._peer.close()
                return False
            if asking.is_note and self._signs and not number:
                self._peer.sign("taken")
            self._pending.append(self._come_to(line))
        return True

    def _come_to(self, line: bytes) -> Pending:
        if line == HELLO:
            return Outcome()
        try:
            value = self._answer(line)
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is the answer
            return Outcome(error=error)
        return as_future(value) or Outcome(value)

    def _wait(self, asking: Asking) -> None:
        later = [pending for pending in self._pending if not isinstance(pending, Outcome)]
        if asking.is_note or not later:
            self._reply(asking)
            return
        self._left = len(later)
        if self._signs:
            self._peer.sign("deferred")
        for future in later:
            future.add_done_callback(partial(self._resolved, asking))
        if self._abandoned:  # while the lines were run
            self.abandon()

    def _resolved(self, asking: Asking, _: Future[Any]) -> None:
        with self._lock:
            self._left -= 1
            if self._left:
                return
        self._reply(asking)

    def _reply(self, asking: Asking) -> None:
        try:
            reply = asking.reply([_outcome(pending, asking.is_note) for pending in self._pending])
        except Exception:
            log.exception("an answer could not be written")
            self._peer.close()
        else:
            self._peer.reply(reply)


def _outcome(pending: Pending, is_note: bool) -> Outcome:
    if isinstance(pending, Outcome):
        return pending
    if is_note:
        return Outcome()  # its answer is nobody's
    try:
        return Outcome(pending.result())
    except BaseException as error:  # noqa: BLE001 - as above
        return Outcome(error=error)
