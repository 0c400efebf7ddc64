"""A request as it comes in at the server: its head is checked, its body gathered, the whole handed on."""

from __future__ import annotations

from typing import Callable, cast

from tornado import httputil

from ramwire.http.door import Visit
from ramwire.http.gate import Gate, Head, Refusal, Way, too_large
from ramwire.http.peer import Peer
from ramwire.http.styles import MAX_BODY_BYTES
from ramwire.journal import Journal

log = Journal(__name__)

HandOn = Callable[[Way, httputil.HTTPHeaders, bytes], None]
"""Called with a whole request, on the loop."""


class Reception(httputil.HTTPMessageDelegate):
    """Of one request. One that is refused is told so at once; what else it sends is read, and thrown away."""

    def __init__(self, visit: Visit, peer: Peer, gate: Gate, hand_on: HandOn) -> None:
        self._visit = visit
        self._peer = peer
        self._gate = gate
        self._hand_on = hand_on
        self._head: Head | None = None
        self._way: Way | None = None
        self._headers = httputil.HTTPHeaders()
        self._parts: list[bytes] = []
        self._size_bytes = 0

    def headers_received(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
    ) -> None:
        start = cast("httputil.RequestStartLine", start_line)
        self._visit.begins()
        self._headers = headers
        self._head = Head(start.method, start.path, start.version, headers)
        found = self._gate.check(self._head)
        if isinstance(found, Refusal):
            self._refuse(found)
        else:
            self._way = found

    def data_received(self, chunk: bytes) -> None:
        if self._way is None:
            return
        self._size_bytes += len(chunk)
        if self._size_bytes > MAX_BODY_BYTES:
            self._refuse(too_large())
        else:
            self._parts.append(chunk)

    def finish(self) -> None:
        self._visit.is_whole()
        if self._way is None:
            self._peer.finish()
        else:
            self._hand_on(self._way, self._headers, b"".join(self._parts))
            self._parts.clear()

    def on_connection_close(self) -> None:
        self._parts.clear()

    def _refuse(self, refusal: Refusal) -> None:
        self._way = None
        self._parts.clear()
        log.info("a request is refused: %d, %s", refusal.status, refusal.text)
        # Who waits for leave to send its body is not to be told to go on.
        at_once = "Expect" in self._headers and not self._size_bytes
        is_head = self._head is not None and self._head.method == "HEAD"
        self._peer.refuse(refusal, is_head, is_last=at_once)
        if at_once:
            self._peer.finish()
