"""The server's listening sockets, and the connections that come in by them."""

from __future__ import annotations

import asyncio
import errno
import resource
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from tornado import httputil
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.iostream import IOStream

from ramwire.http.connections import Connections
from ramwire.http.styles import MAX_BODY_BYTES
from ramwire.journal import Journal
from ramwire.tcp.connected import tune

log = Journal(__name__)

_MOST_CONNECTIONS = 512
_ACCEPTED_AT_ONCE = 64
_TRY_AGAIN_S = 0.1
_SILENT_S = 60.0
_MAX_HEAD_BYTES = 32 << 10
_MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES
"""So much of a refused body is read, so that its sender comes to read the refusal."""

_MAX_BUFFER_BYTES = 1 << 20
"""Of one connection, at a time: the body is gathered elsewhere."""

_NO_ROOM = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_PARAMETERS = HTTP1ConnectionParameters(max_header_size=_MAX_HEAD_BYTES, max_body_size=_MAX_DRAINED_BYTES)


class Visit(NamedTuple):
    """A request that may come on a connection, and what is to be told of it."""

    connection: HTTP1Connection
    connections: Connections

    def begins(self) -> None:
        """Its head has come."""
        self.connections.owes_body(self.connection.stream)

    def is_whole(self) -> None:
        """It has come, whole."""
        self.connections.is_busy(self.connection.stream)


class Receive(Protocol):
    """Gives what takes a request in."""

    def __call__(self, visit: Visit) -> httputil.HTTPMessageDelegate: ...


class Door(httputil.HTTPServerConnectionDelegate):
    """`patience_s` is how long a request may take to come in, and a connection to lie unused."""

    def __init__(self, listeners: Sequence[socket.socket], receive: Receive, patience_s: float) -> None:
        self._listeners = listeners
        self._receive = receive
        self._connections = Connections(patience_s)
        self._most = min(_MOST_CONNECTIONS, max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._complained_s = -_SILENT_S

    def open(self) -> None:
        """On the loop: begin to accept."""
        self._loop = asyncio.get_running_loop()
        for listener in self._listeners:
            self._loop.add_reader(listener, self._accept, self._loop, listener)

    async def close(self, parting_s: float) -> None:
        """On the loop: accept no more, and close every connection."""
        for listener in self._listeners:
            if self._loop is not None and listener.fileno() >= 0:
                self._loop.remove_reader(listener)
            listener.close()
        await self._connections.close(parting_s)

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        for listener in self._listeners:
            listener.close()
        self._connections.forget()

    def start_request(
        self, server_conn: object, request_conn: httputil.HTTPConnection
    ) -> httputil.HTTPMessageDelegate:
        del server_conn
        assert isinstance(request_conn, HTTP1Connection)  # noqa: S101 - there is no other
        self._connections.owes_head(request_conn.stream)
        return self._receive(Visit(request_conn, self._connections))

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - there is no other
        self._connections.remove(server_conn.stream)

    def _accept(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_ROOM and not self._make_room(str(error)):
                    self._pause(loop, listener)
                    return
            else:
                if len(self._connections) < self._most or self._make_room("these are the most"):
                    HTTP1ServerConnection(_stream(connection), _PARAMETERS).start_serving(self)
                else:
                    connection.close()

    def _make_room(self, why: str) -> bool:
        now_s = time.monotonic()
        if now_s - self._complained_s >= _SILENT_S:
            self._complained_s = now_s
            log.warning("no room for one more connection than these %d: %s", len(self._connections), why)
        return self._connections.make_room()

    def _pause(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        # It stays readable: the loop would ask for it again and again.
        def go_on() -> None:
            if listener.fileno() >= 0:
                loop.add_reader(listener, self._accept, loop, listener)

        loop.remove_reader(listener)
        loop.call_later(_TRY_AGAIN_S, go_on)


def _stream(connection: socket.socket) -> IOStream:
    tune(connection)
    return IOStream(connection, max_buffer_size=_MAX_BUFFER_BYTES)
