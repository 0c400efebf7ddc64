"""The server's listening sockets and its connections, which are kept to a number.

Whoever says nothing, or says it slowly, waits in line: where there is no room for one more connection, the
one that has kept the server waiting longest is closed.
"""

from __future__ import annotations

import asyncio
import errno
import resource
import socket
from collections.abc import Sequence
from typing import Callable

from tornado import httputil
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.iostream import IOStream

from ramwire.http.gate import MAX_BODY_BYTES
from ramwire.journal import Journal

log = Journal(__name__)

Receive = Callable[[HTTP1Connection, Callable[[], None]], httputil.HTTPMessageDelegate]
"""Called for each request that may come; calls back when it has come, whole."""

_MOST_CONNECTIONS = 512
_ACCEPTED_AT_ONCE = 64
_TRY_AGAIN_S = 0.1
_MAX_HEAD_BYTES = 32 << 10
_MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES
"""So much of a refused body is read, so that its sender comes to read the refusal."""
_NO_ROOM = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class Door(httputil.HTTPServerConnectionDelegate):
    """`patience_s` is how long a request may take to come in, and a connection to lie unused."""

    def __init__(self, listeners: Sequence[socket.socket], receive: Receive, patience_s: float) -> None:
        self._listeners = listeners
        self._receive = receive
        self._parameters = HTTP1ConnectionParameters(
            max_header_size=_MAX_HEAD_BYTES,
            header_timeout=patience_s,
            max_body_size=_MAX_DRAINED_BYTES,
            body_timeout=patience_s,
        )
        self._most = min(_MOST_CONNECTIONS, max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))
        self._waiting: dict[IOStream, None] = {}  # those that owe a request, since longest first
        self._busy: set[IOStream] = set()
        self._sockets: set[socket.socket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._quiet: asyncio.Event | None = None
        self._is_full = False

    def open(self) -> None:
        """On the loop: begin to accept."""
        self._loop = asyncio.get_running_loop()
        self._quiet = asyncio.Event()
        for listener in self._listeners:
            self._loop.add_reader(listener, self._accept, listener)

    async def close(self, parting_s: float) -> None:
        """Accept no more; close every connection, those that wait for an answer last."""
        for listener in self._listeners:
            if self._loop is not None and listener.fileno() >= 0:
                self._loop.remove_reader(listener)
            listener.close()
        if self._loop is None or self._quiet is None:
            return  # it was never opened
        for stream in list(self._waiting):
            stream.close()
        if self._busy:
            self._quiet.clear()
            await asyncio.wait([self._loop.create_task(self._quiet.wait())], timeout=parting_s)
        for stream in list(self._busy):
            stream.close()

    def forget(self) -> None:
        """In a forked child: close the descriptors alone; the loop's are the parent's too."""
        for connection in [*self._sockets, *self._listeners]:
            connection.close()

    def start_request(
        self, server_conn: object, request_conn: httputil.HTTPConnection
    ) -> httputil.HTTPMessageDelegate:
        del server_conn
        assert isinstance(request_conn, HTTP1Connection)  # noqa: S101 - there is no other
        stream = request_conn.stream
        self._busy.discard(stream)
        self._waiting[stream] = None
        self._tell_if_quiet()
        return self._receive(request_conn, lambda: self._has_come(stream))

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - there is no other
        self._waiting.pop(server_conn.stream, None)
        self._busy.discard(server_conn.stream)
        self._tell_if_quiet()

    def _has_come(self, stream: IOStream) -> None:
        if self._waiting.pop(stream, stream) is None:
            self._busy.add(stream)

    def _tell_if_quiet(self) -> None:
        if not self._busy and self._quiet is not None:
            self._quiet.set()

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                self._is_full = False
                return
            except OSError as error:
                if error.errno in _NO_ROOM and not self._make_room(str(error)):
                    self._pause(listener)
                    return
            else:
                if len(self._waiting) + len(self._busy) < self._most or self._make_room("that is the most"):
                    self._welcome(connection)
                else:
                    connection.close()

    def _welcome(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._sockets = {known for known in self._sockets if known.fileno() >= 0} | {connection}
        stream = IOStream(connection)
        HTTP1ServerConnection(stream, self._parameters).start_serving(self)

    def _make_room(self, why: str) -> bool:
        if not self._is_full:
            self._is_full = True
            connections = len(self._waiting) + len(self._busy)
            log.warning("no room for one more connection than these %d: %s", connections, why)
        if not self._waiting:
            return False
        stream = next(iter(self._waiting))
        del self._waiting[stream]
        stream.close()
        return True

    def _pause(self, listener: socket.socket) -> None:
        # It stays readable: the loop would ask for it again and again.
        assert self._loop is not None  # noqa: S101 - it was opened
        loop = self._loop
        loop.remove_reader(listener)
        loop.call_later(
            _TRY_AGAIN_S, lambda: listener.fileno() < 0 or loop.add_reader(listener, self._accept, listener)
        )
