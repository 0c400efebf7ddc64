"""The server's end of a connection: its handshake, then requests of our own clients and of others."""

from __future__ import annotations

import threading
import time
from typing import Callable

from ramwire.connection import handshake, literal
from ramwire.connection.stream import Stream
from ramwire.errors import BadMessage
from ramwire.remote import error_text
from ramwire.sessions import contract
from ramwire.sessions.contract import Closed, Expired, Gone, ServerSession

HANDSHAKE_S = 5.0
"""Whoever has not shown that it has the key by then is let go."""

PATIENCE_S = 30.0
"""A client that is stopped, or does not read, has this long to make room for its answer."""

_OURS = (contract.CALL, contract.NOTE)


Met = Callable[[ServerSession, str], None]
"""Called when a handshake is over, with what went wrong in it, or nothing."""


class ConnectionSession(ServerSession):
    """Each request says by its first byte whose it is: a pickled list begins otherwise than our records."""

    def __init__(self, stream: Stream, key: bytes, met: Met) -> None:
        self.stream = stream
        self._key = key
        self._met: Met | None = met
        self._is_literal = False
        # A foreign client may be told of a bad request while it gets an answer.
        self._sending = threading.Lock()

    def receive(self) -> bytes:
        try:
            if self._met is not None:
                self._meet(self._met)
            return self.next_request()
        except Closed:
            raise Gone from None

    def next_request(self) -> bytes:
        """After the handshake: the next record, in whose words ever."""
        while True:
            data = self.stream.receive(contract.MAX_REQUEST_BYTES)
            if data[:1] in _OURS:
                self._is_literal = False
                return data
            self._is_literal = True
            try:
                return contract.CALL + literal.request_line(data)
            except BadMessage as error:
                self._send_literal(contract.ERROR + error_text(error))

    def _meet(self, met: Met) -> None:
        trouble = ""
        try:
            deadline = time.monotonic() + HANDSHAKE_S
            if handshake.as_listener(self.stream, self._key, deadline):
                self.greet(deadline)
            self.stream.reads_ahead = True
        except Expired:
            trouble = "it did not end the handshake in time"
        except (handshake.WrongKey, BadMessage) as error:
            trouble = str(error)
        finally:
            self._met = None
            met(self, trouble)
        if trouble:
            raise Gone

    def greet(self, deadline: float) -> None:
        """Receive what a client of ours sends after the handshake; nothing, unless a wire has something."""

    def claim(self) -> bool:
        return self.stream.is_alive()

    def send(self, record: bytes) -> None:
        if self._is_literal:
            self._send_literal(record)
        else:
            self._send(record)

    def _send_literal(self, record: bytes) -> None:
        kind = record[:1]
        with self._sending:
            if kind == contract.VALUE:
                self._send(record[1:])
            elif kind == contract.ERROR:
                self._send(literal.error_value(record[1:]))

    def _send(self, payload: bytes) -> None:
        try:
            self.stream.send(payload, time.monotonic() + PATIENCE_S)
        except Expired:
            self.stream.interrupt()  # half a frame was sent: nothing can follow
            raise Gone from None
        except Closed:
            raise Gone from None

    def interrupt(self) -> None:
        self.stream.interrupt()

    def close(self) -> None:
        self.stream.close()

    def forget(self) -> None:
        self.stream.forget()
