"""The two ends of a session over a Unix socket between programs of ours: requests by a pipe, answers by the
socket.
"""

from __future__ import annotations

import select

from ramwire.connection.calling import StreamSession
from ramwire.connection.serving import ConnectionSession
from ramwire.connection.stream import Stream
from ramwire.sessions.contract import Closed
from ramwire.unix import request_pipe
from ramwire.unix.request_pipe import Incoming, Outgoing


class UnixSession(StreamSession):
    """The client's end: a request can be withdrawn until the server has taken it."""

    def __init__(self, stream: Stream, requests: Outgoing) -> None:
        super().__init__(stream)
        self._requests = requests

    def is_fresh(self) -> bool:
        return True  # what was sent to a dead server is withdrawn, and sent to the next

    def send(self, request: bytes, deadline: float) -> None:
        if len(request) <= request_pipe.SHORT_BYTES:
            if self._stream.interrupted:
                raise Closed
            self._sent = True
            self._requests.put(request)
            return
        self._sent = False
        self._requests.put(request_pipe.LONG)
        self._stream.send(request, deadline)
        self._sent = True
        self._requests.put(request_pipe.CLAIM)

    def withdraw(self) -> bool:
        return self._requests.take_back() or not self._sent

    def close(self) -> None:
        super().close()
        self._requests.close()

    def forget(self) -> None:
        super().forget()
        self._requests.close()


class UnixServerSession(ConnectionSession):
    """The server's end. A client that is not of ours has no pipe: its requests run while it lives."""

    _requests: Incoming | None = None
    _unclaimed = False

    def greet(self, deadline: float) -> None:
        self.stream.wait(select.POLLIN, deadline)
        self._requests = request_pipe.accept(self.stream.socket)

    def next_request(self) -> bytes:
        if self._requests is None:
            return super().next_request()
        request = self._requests.take()
        if request[:1] != request_pipe.LONG:
            return request
        self._unclaimed = request == request_pipe.LONG
        return super().next_request()

    def claim(self) -> bool:
        if self._requests is None:
            return self.stream.is_alive()
        if self._unclaimed:
            self._unclaimed = False
            return self._requests.take() == request_pipe.CLAIM
        return True  # it was claimed by being taken

    def close(self) -> None:
        super().close()
        self._close_requests()

    def forget(self) -> None:
        super().forget()
        self._close_requests()

    def _close_requests(self) -> None:
        requests, self._requests = self._requests, None
        if requests is not None:
            requests.close()
