"""A session with a server that knows `send` and `recv` alone: clients take turns, by a lock on the folder.

Such a server's answer does not say whose it is. So the turn is not given back before the answer has come,
also where its caller has stopped waiting: a thread waits on, and throws it away.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Callable

from ramwire.fifo import answers
from ramwire.fifo.alarm import Alarm, until_ms
from ramwire.fifo.framings.contract import Framing
from ramwire.fifo.inlet import Inlet
from ramwire.fifo.pair import ClientPair
from ramwire.fifo.shut import Late, Shut
from ramwire.fifo.turn import Turn
from ramwire.line import HELLO
from ramwire.sessions import contract
from ramwire.sessions.contract import ClientSession, Closed, Expired

_OWED_S = 60.0
"""How long the answer of a caller that has given up is waited for."""


class TurnInlet(Inlet):
    """Reads nothing ahead: what comes may be for another process, whose turn it is."""

    def a_writer_left(self) -> None:
        pass


class TurnPair(ClientPair):
    """A pair that many processes hold, and that only who has the turn reads from."""

    def _make_inlet(self, name: bytes, framing: Framing, most_bytes: int) -> Inlet:
        return TurnInlet(name, framing, self._look_again, most_bytes)


class LiteralSession(ClientSession):
    """See the module. The pair is the connector's; who has the turn uses it."""

    def __init__(self, pair: TurnPair, turn: int, is_ours: Callable[[], bool]) -> None:
        """`turn` is a descriptor of the folder, taken over; `is_ours` says whether a server of ours has come
        instead.
        """
        self._pair = pair
        self._is_ours = is_ours
        self._alarm = Alarm()
        self._turn = Turn(turn, self._alarm.ring)
        self._was_used = False
        self._interrupted = False
        self._sent = False
        self._owed = False
        self._taken = False
        self._is_note = False

    @property
    def is_busy(self) -> bool:
        """Whether a call is under way or about to be, or its answer is owed."""
        return not self._was_used or self._turn.is_wanted

    def is_fresh(self) -> bool:
        return self._pair.is_open and not self._is_ours()

    def send(self, request: bytes, deadline: float) -> None:
        self._sent = False
        self._await_turn(deadline)
        self._was_used = True
        self._pair.inlet.discard()  # what nobody has asked for, or who had has gone
        kind, line = request[:1], request[1:]
        self._is_note, self._taken = kind == contract.NOTE, False
        try:
            self._pair.send(line[:-1], deadline)
        except Shut:
            raise Closed from None
        except Late as late:
            self._sent = self._owed = late.begun
            raise Expired(late.nobody) from None
        self._sent = True
        self._owed = line != HELLO

    def _await_turn(self, deadline: float) -> None:
        poller = select.poll()
        poller.register(self._alarm.fd, select.POLLIN)
        while not self._turn.take():
            if not poller.poll(until_ms(deadline)):
                raise Expired
            self._alarm.hush()
            if self._interrupted:
                raise Closed

    def receive(self, deadline: float) -> bytes:
        if not self._taken and (self._is_note or not self._owed):
            self._taken = True
            if not self._owed:
                self._turn.give()
            return contract.TAKEN
        if not self._owed:
            return contract.RETURNED
        try:
            message = self._pair.inlet.take(deadline)
        except Shut:
            raise Closed from None
        if message is None:
            raise Expired
        self._owed = False
        self._turn.give()
        if self._is_note:
            return contract.RETURNED
        return answers.record_of(message)

    def withdraw(self) -> bool:
        return not self._sent

    def interrupt(self) -> None:
        self._interrupted = True
        self._alarm.ring()

    def close(self) -> None:
        if self._owed and not self._interrupted:
            threading.Thread(target=self._settle, name="ramwire-owed", daemon=True).start()
        else:
            self._let_go()

    def _settle(self) -> None:
        try:
            self._pair.inlet.take(time.monotonic() + _OWED_S)
        except Exception:  # noqa: BLE001, S110 - the client was closed, or the FIFO is amiss: nothing comes
            pass
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._turn.close()
        self._alarm.close()

    def forget(self) -> None:
        self._turn.forget()
        self._alarm.forget()
