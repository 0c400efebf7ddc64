"""The two ends of a session over a Unix socket between programs of ours."""

from __future__ import annotations

import select

from ramwire.connection.calling import StreamSession
from ramwire.connection.serving import ConnectionSession
from ramwire.connection.stream import Stream
from ramwire.unix import claim
from ramwire.unix.claim import Claim


class UnixSession(StreamSession):
    """The client's end: a request can be withdrawn until the server has claimed it."""

    def __init__(self, stream: Stream, own: Claim) -> None:
        super().__init__(stream)
        self._claim = own

    def is_fresh(self) -> bool:
        return True  # what was sent to a dead server is withdrawn, and sent to the next

    def send(self, request: bytes, deadline: float) -> None:
        self._claim.put()
        self._stream.send(request, deadline)

    def withdraw(self) -> bool:
        return self._claim.take()

    def close(self) -> None:
        super().close()
        self._claim.close()

    def forget(self) -> None:
        super().forget()
        self._claim.close()


class UnixServerSession(ConnectionSession):
    """The server's end. A client that is not of ours has no claim: its requests run while it lives."""

    _claim: Claim | None = None

    def greet(self, deadline: float) -> None:
        self.stream.wait(select.POLLIN, deadline)
        self._claim = claim.accept(self.stream.socket)

    def claim(self) -> bool:
        if self._claim is not None and not self._is_literal and not self._claim.take():
            return False
        return self.stream.is_alive()

    def close(self) -> None:
        super().close()
        self._close_claim()

    def forget(self) -> None:
        super().forget()
        self._close_claim()

    def _close_claim(self) -> None:
        if self._claim is not None:
            self._claim.close()
