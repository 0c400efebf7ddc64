"""The client's end of a session: one request at a time on one connection, and what is known of it.

A request's head goes first, with `Expect: 100-continue`; its body, without which nothing can run, only when
the server gives leave. So a request that ends before that has certainly not run, and may be sent once more.
"""

from __future__ import annotations

import time

import h11

from ramwire.errors import BadMessage, Refused, ReplyLost
from ramwire.http import calls, signs
from ramwire.http.stream import Stream
from ramwire.http.styles import JSON, MAX_BODY_BYTES
from ramwire.line import HELLO
from ramwire.sessions import contract
from ramwire.sessions.contract import ClientSession, Expired, Gone

_PATIENCE_S = 0.3
"""A server that has not given leave by then, and never has, may be one that knows of no leave."""

_SHOWN_BYTES = 300
_CONTINUE = 100
_EXPECTATION_FAILED = 417


class Manners:
    """What is known of the server at an address, for all sessions of a client."""

    def __init__(self) -> None:
        self.gives_leave = True
        """Or it is not known yet."""

        self.hung_up = False
        """It closed the last connection before it had said anything."""


class HttpSession(ClientSession):
    """See `ramwire.sessions.contract.ClientSession`."""

    def __init__(self, stream: Stream, authority: str, token: str | None, manners: Manners) -> None:
        self._stream = stream
        self._manners = manners
        self._headers = [("Host", authority), ("Content-Type", JSON), (signs.ASKS, "yes")]
        if token is not None:
            self._headers.append(("Authorization", f"Bearer {token}"))
        self._gave_leave = False
        self._may_be_taken = False
        self._request = b""
        self._response: h11.Response | None = None
        self._was_told_taken = False
        self._returned = False

    def is_fresh(self) -> bool:
        return self._stream.is_fresh()

    def send(self, request: bytes, deadline: float) -> None:
        self._request, self._response = request, None
        self._may_be_taken = self._was_told_taken = self._returned = False
        body = _body(request)
        waits = self._manners.gives_leave
        head = self._stream.data(self._head(len(body), waits))
        if waits:
            try:
                self._stream.send(head, deadline)
                self._wait_for_leave(deadline)
            except Gone:
                self._manners.hung_up = True
                raise
            self._manners.hung_up = False
            head = b""
        if self._has_responded():
            return  # it does not want the body
        content = self._stream.data(h11.Data(data=body)) + self._stream.data(h11.EndOfMessage())
        self._may_be_taken = True
        self._stream.send(head + content, deadline)

    def receive(self, deadline: float) -> bytes:
        if self._returned:
            return contract.RETURNED
        while self._response is None:
            event = self._stream.event(deadline)
            if isinstance(event, h11.Response):
                self._response = event
            elif isinstance(event, h11.InformationalResponse):
                self._gave_leave = self._gave_leave or event.status_code == _CONTINUE
                sign = _header(event, signs.SIGN)
                if sign == "deferred":
                    return contract.LATER
                if sign == "taken":
                    self._was_told_taken = True
                    return contract.TAKEN
        self._learn_from(self._response)
        return self._record(self._response, self._stream.rest(deadline))

    def withdraw(self) -> bool:
        return not self._may_be_taken

    def interrupt(self) -> None:
        self._stream.interrupt()

    def close(self) -> None:
        self._stream.close()

    def forget(self) -> None:
        self._stream.forget()

    def _head(self, length_bytes: int, waits: bool) -> h11.Request:
        expect = [("Expect", "100-continue")] if waits else []
        headers = [*self._headers, ("Content-Length", str(length_bytes)), *expect]
        return h11.Request(method="POST", target="/jsonrpc", headers=headers)

    def _wait_for_leave(self, deadline: float) -> None:
        """Until the server gives leave, or responds without the body, or seems to know of no leave."""
        patient = deadline if self._gave_leave else min(deadline, time.monotonic() + _PATIENCE_S)
        while True:
            try:
                event = self._stream.event(patient)
            except Expired:
                if patient == deadline:
                    raise
                return
            if isinstance(event, h11.Response):
                self._response = event
                return
            if isinstance(event, h11.InformationalResponse) and event.status_code == _CONTINUE:
                self._gave_leave = True
                return

    def _has_responded(self) -> bool:
        return self._response is not None

    def _learn_from(self, response: h11.Response) -> None:
        if _header(response, "Server") == signs.SERVER:
            self._gave_leave = True
        if response.status_code == _EXPECTATION_FAILED and self._manners.gives_leave:
            self._manners.gives_leave = self._may_be_taken = False
            raise Gone  # it is asked once more, without a wait for leave
        self._manners.gives_leave = self._gave_leave

    def _record(self, response: h11.Response, body: bytes) -> bytes:
        is_note = self._request[:1] == contract.NOTE
        is_good = 200 <= response.status_code < 300
        if not is_good and (is_note or b'"jsonrpc"' not in body):
            raise _refusal(response.status_code, body)
        if is_note:
            self._returned = not self._was_told_taken
            return contract.TAKEN if self._returned else contract.RETURNED
        return contract.TAKEN if self._request[1:] == HELLO else contract.VALUE + body


def _body(request: bytes) -> bytes:
    line = request[1:]
    has_answer = request[:1] == contract.CALL and line != HELLO
    body = calls.call(line) if has_answer else calls.note(line)
    if len(body) > MAX_BODY_BYTES:
        raise BadMessage(f"the request has {len(body)} bytes; {MAX_BODY_BYTES} are the most")
    return body


def _header(event: h11.InformationalResponse | h11.Response, name: str) -> str:
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for header, value in event.headers if header == wanted), "")


def _refusal(status: int, body: bytes) -> Refused | ReplyLost:
    text = body[:_SHOWN_BYTES].decode(errors="replace").strip()
    if status >= 500 and status != 503:
        return ReplyLost(f"the server failed, the verb may have run ({status}): {text}")
    return Refused(f"the server refuses the request ({status}): {text}")
