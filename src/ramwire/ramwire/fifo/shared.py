"""The FIFOs `send` and `recv` as a session: of all clients that use nothing else, one request at a time.

An answer does not say whose it is. So each is in the FIFO before the next request is run, and clients that
are several take turns.
"""

from __future__ import annotations

import threading
from typing import Callable

from ramwire.errors import Refused
from ramwire.fifo import answers
from ramwire.fifo.answering import AnswerPair
from ramwire.fifo.framings.contract import Framing
from ramwire.fifo.shut import Shut
from ramwire.sessions import contract
from ramwire.sessions.contract import Gone, ServerSession

_NEVER = float("inf")


class SharedSession(ServerSession):
    """See the module. It ends with the server; or where a verb answers later, and its caller has gone by
    then: so the next one need not wait for that answer, nor ever gets it.
    """

    def __init__(self, pair: AnswerPair, framing: Framing, ended: Callable[[], None]) -> None:
        """`ended` is called when another session may begin."""
        self._pair = pair
        self._framing = framing
        self._ended = ended
        self._waits_for_later = False
        pair.outlet.nobody_reads = self._nobody_reads
        self._answered = threading.Event()
        self._answered.set()
        self._over = False

    def receive(self) -> bytes:
        self._answered.wait()
        self._waits_for_later = False
        inlet = self._pair.inlet
        while not self._over:
            try:
                message = inlet.take(_NEVER)
            except Shut:
                break
            except Refused:
                inlet.await_mending()
                continue
            line = (message or b"").rstrip(b"\r\n")
            if line:
                self._answered.clear()
                return contract.CALL + line + b"\n"
        raise Gone

    def claim(self) -> bool:
        return True  # its client cannot take it back

    def send(self, record: bytes) -> None:
        if record == contract.LATER:
            self._waits_for_later = True
            self._pair.outlet.expect_a_reader()
            return
        try:
            if record != contract.TAKEN:  # Hello, which has no answer
                self._pair.outlet.leave(answers.frame_of(record, self._framing))
        except Refused:
            pass  # the FIFO is amiss, which has been said in the log
        except Shut:
            raise Gone from None
        finally:
            self._answered.set()

    def _nobody_reads(self) -> None:
        if self._waits_for_later:
            self._over = True
            self._answered.set()

    def interrupt(self) -> None:
        """Who waits for a message is woken by the listener, which shuts the pair."""
        self._over = True
        self._answered.set()

    def close(self) -> None:
        """The pair is the listener's."""
        self._ended()

    def forget(self) -> None:
        """The pair is the listener's."""
