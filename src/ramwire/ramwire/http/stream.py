"""HTTP's events over one connection of a client, with deadlines."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress
from typing import Union

import h11

from ramwire.errors import BadMessage
from ramwire.sessions.contract import MAX_REPLY_BYTES, Closed, Expired, Gone

Event = Union[h11.InformationalResponse, h11.Response, h11.Data, h11.EndOfMessage]

_MAX_HEAD_BYTES = 32 << 10
_READ_BYTES = 1 << 18
_LONGEST_POLL_MS = 1e9
"""poll() takes a C int."""


class Stream:
    """One thread at a time sends or receives; `interrupt` may come from any. After any exception, but
    `Expired` from `event`, it is only to be closed.
    """

    def __init__(self, connected: socket.socket) -> None:
        """The socket must not block."""
        self._socket = connected
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._lock = threading.RLock()  # a signal's handler may interrupt what is being closed
        self._interrupted = False
        self._poll = select.poll()

    def is_fresh(self) -> bool:
        """Whether another request may be sent."""
        if self._http.our_state is not h11.IDLE:
            return False
        # Nothing is owed: whatever comes is the connection's end.
        self._poll.register(self._socket, select.POLLIN | select.POLLRDHUP)
        return not self._poll.poll(0)

    def data(self, event: Union[h11.Request, h11.Data, h11.EndOfMessage]) -> bytes:
        """What is to be sent to say so."""
        return self._http.send(event) or b""

    def send(self, data: bytes, deadline: float) -> None:
        """Raises `Gone`, `Closed`, and `Expired` where not all of it could be sent."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest, socket.MSG_NOSIGNAL) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError as error:
                raise self._ended() from error

    def event(self, deadline: float) -> Event:
        """What the server says next. Raises `Gone`, `Closed`, `Expired`, and `BadMessage` for what is not
        HTTP.
        """
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise BadMessage(f"the server's answer is not HTTP: {error}") from error
            if event is h11.NEED_DATA:
                self._http.receive_data(self._receive(deadline))
            elif isinstance(event, (h11.InformationalResponse, h11.Response, h11.Data, h11.EndOfMessage)):
                return event
            else:
                raise self._ended()

    def rest(self, deadline: float) -> bytes:
        """The body of the response whose head was the last event. Raises as `event`."""
        body = bytearray()
        while True:
            event = self.event(deadline)
            if isinstance(event, h11.EndOfMessage):
                break
            if isinstance(event, h11.Data):
                body += event.data
            if len(body) > MAX_REPLY_BYTES:
                raise BadMessage(f"the answer has more than {MAX_REPLY_BYTES} bytes")
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        return bytes(body)

    def interrupt(self) -> None:
        """From any thread, also after `close`."""
        self._interrupted = True
        with self._lock, suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            self._socket.close()

    def forget(self) -> None:
        """In a forked child: close the descriptor without the lock, which a thread of the parent may hold."""
        self._socket.close()

    def _receive(self, deadline: float) -> bytes:
        while True:
            try:
                data = self._socket.recv(_READ_BYTES)
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError as error:
                raise self._ended() from error
            if not data and (self._interrupted or self._http.their_state is not h11.SEND_BODY):
                raise self._ended()
            return data  # of a body without a length, the connection's end is the end

    def _wait(self, events: int, deadline: float) -> None:
        self._poll.register(self._socket, events)
        while True:
            if self._interrupted:
                raise Closed
            left_ms = (deadline - time.monotonic()) * 1000
            if left_ms <= 0:
                raise Expired
            if self._poll.poll(min(left_ms, _LONGEST_POLL_MS)):
                return

    def _ended(self) -> Exception:
        return Closed() if self._interrupted else Gone()
