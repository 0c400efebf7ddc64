"""The server's end of one connection while it answers: what any thread may do with it."""

from __future__ import annotations

import asyncio
import select
from contextlib import suppress
from http import HTTPStatus
from typing import Callable

from tornado import httputil
from tornado.http1connection import HTTP1Connection

from ramwire.http import signs
from ramwire.http.gate import Refusal
from ramwire.http.styles import Reply


class Peer:
    """Who has sent a request, and waits for what comes of it. Made on the loop."""

    def __init__(self, connection: HTTP1Connection, patience_s: float) -> None:
        self._connection = connection
        self._stream = connection.stream
        self._socket = connection.stream.socket
        self._loop = asyncio.get_running_loop()
        self._patience_s = patience_s

    def is_there(self) -> bool:
        """Whether it still waits: one that has closed its connection, if only for writing, does not."""
        fd = self._socket.fileno()
        if fd < 0:
            return False
        gone = select.poll()
        gone.register(fd, select.POLLRDHUP)
        # The number is another's by now where the loop has closed this one meanwhile.
        return not gone.poll(0) and self._socket.fileno() == fd

    def sign(self, sign: signs.Sign) -> None:
        """Tell how its request stands."""
        head = f"HTTP/1.1 102 Processing\r\n{signs.SIGN}: {sign}\r\n\r\n".encode()
        self._soon(lambda: self._unless_closed(lambda: self._stream.write(head)))

    def reply(self, reply: Reply) -> None:
        """Send the response."""
        self._soon(lambda: self._unless_closed(lambda: self._reply(reply)))

    def close(self) -> None:
        """Close the connection: there is nobody to hear an answer, or none to give."""
        self._soon(self._stream.close)

    def when_gone(self, callback: Callable[[], None]) -> None:
        """On the loop: call back when it closes the connection during the answer."""
        self._connection.set_close_callback(callback)

    def refuse(self, refusal: Refusal, is_head: bool = False, is_last: bool = False) -> None:
        """On the loop: send all of a response but its end, which is for `finish` to tell. After the last one
        the connection is closed.
        """
        body = refusal.text.encode() + b"\n"
        headers = _headers(len(body), "text/plain; charset=utf-8")
        if refusal.header is not None:
            headers.add(*refusal.header)
        if is_last:
            headers["Connection"] = "close"
        self._write(refusal.status, headers, b"" if is_head else body)

    def finish(self) -> None:
        """On the loop: the response is whole."""
        self._unless_closed(self._connection.finish)

    def _soon(self, function: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the server has stopped, and closed everything
            self._loop.call_soon_threadsafe(function)

    def _reply(self, reply: Reply) -> None:
        headers = _headers(len(reply.body), reply.media_type) if reply.status != 204 else _headers()
        self._write(reply.status, headers, reply.body)
        self._connection.finish()

    def _write(self, status: int, headers: httputil.HTTPHeaders, body: bytes) -> None:
        start = httputil.ResponseStartLine("HTTP/1.1", status, HTTPStatus(status).phrase)
        written = self._connection.write_headers(start, headers, body)
        if not written.done():
            # One that does not read its answer keeps it in memory, but not for ever.
            late = self._loop.call_later(self._patience_s, self._stream.close)
            written.add_done_callback(lambda _: late.cancel())

    def _unless_closed(self, function: Callable[[], object]) -> None:
        if not self._stream.closed():
            function()


def _headers(length: int | None = None, media_type: str = "") -> httputil.HTTPHeaders:
    headers = httputil.HTTPHeaders({"Server": signs.SERVER, "Cache-Control": "no-store"})
    if length is not None:
        headers["Content-Type"] = media_type
        headers["Content-Length"] = str(length)
    return headers
