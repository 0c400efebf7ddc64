"""The server's place at the `tcp:` wire."""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress

from ramwire import ports
from ramwire.connection import handshake
from ramwire.connection.admission import Admission
from ramwire.connection.gate import Gate
from ramwire.connection.serving import ConnectionSession
from ramwire.connection.stream import Stream
from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.sessions.contract import Closed, Expired, Gone, Listener, ServerSession
from ramwire.tcp import address
from ramwire.tcp.connected import tune
from ramwire.tcp.connector import key_of
from ramwire.url import Url

log = Journal(__name__)

_BACKLOG = 1024
_RESOLVING_S = 10.0


class TcpListener(Listener):
    """See `ramwire.sessions.contract.Listener`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._address = address.parse(url)
        self._gate = Gate(url.text)
        self._key = b""
        self._admission: Admission | None = None
        self._socket: socket.socket | None = None

    def open(self) -> None:
        self._key = key_of(self._url)
        family, where = self._target()
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setblocking(False)
            # What is left of a dead server's connections does not hold the port; a live one does.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(where)
            listening.listen(_BACKLOG)
            self._admission = Admission()
            self._admission.wait_for(listening.fileno())
        except OSError as error:
            listening.close()
            raise Refused(self._why_not(error)) from error
        self._socket = listening
        if not self._address.is_loopback:
            log.warning(
                "%s: what is sent there is not encrypted; the key alone is kept secret", self._url.text
            )

    def _target(self) -> address.Target:
        try:
            return address.resolve(self._address, time.monotonic() + _RESOLVING_S)[0]
        except (IndexError, OSError):  # also where the deadline has passed
            raise Refused(f"{self._url.text}: no address is known for {self._address.host}") from None

    def _why_not(self, error: OSError) -> str:
        if error.errno != errno.EADDRINUSE:
            return f"{self._url.text} cannot be served: {error.strerror}"
        holder = ports.holder_of(self._address.port)
        process = f"process {holder}" if holder is not None else "a process of another user"
        return f"{self._url.text} is served already, by {process}: stop that one first"

    def accept(self) -> ServerSession:
        assert self._admission is not None  # noqa: S101 - made by `open`
        assert self._socket is not None  # noqa: S101 - likewise
        while True:
            self._admission.wait()
            connected = self._admission.accept(self._socket)
            if connected is None:
                continue
            with suppress(OSError):  # it may have gone already: its session will see
                tune(connected)
            session = ConnectionSession(Stream(connected), self._key, self._gate.met)
            self._gate.let_in(session)
            return session

    def refuse(self, session: ServerSession, why: str) -> None:
        assert isinstance(session, ConnectionSession)  # noqa: S101 - `accept` made it
        with suppress(Gone, Closed, Expired):
            handshake.refuse(session.stream, why)
        self._gate.met(session, "")
        session.close()

    def interrupt(self) -> None:
        admission = self._admission
        if admission is not None:
            admission.interrupt()

    def close(self) -> None:
        listening, self._socket = self._socket, None
        if listening is not None:
            listening.close()
        admission, self._admission = self._admission, None
        if admission is not None:
            admission.close()

    def forget(self) -> None:
        if self._admission is not None:
            self._admission.forget()
        self.close()
