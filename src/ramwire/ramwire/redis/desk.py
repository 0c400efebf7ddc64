"""What the threads of one server share: where it serves, what it runs, and how it answers."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any, NamedTuple

from ramwire.contract import Answer
from ramwire.errors import BadMessage
from ramwire.journal import Journal
from ramwire.redis import values
from ramwire.redis.address import Address
from ramwire.redis.entries import ERROR, GONE, Request
from ramwire.redis.keys import GROUP, Keys, new_token
from ramwire.redis.link import command
from ramwire.remote import error_text

log = Journal(__name__)

_KEPT_MS = b"60000"
_MOST_REPLIES = b"8"


class Later(NamedTuple):
    request: Request
    future: Future[Any]


class Desk:
    """One server."""

    def __init__(self, address: Address, answer: Answer) -> None:
        self.address = address
        self.keys = Keys(address.service)
        self.token = new_token()
        self.answer = answer
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[bytes, Request] = {}
        self._later: dict[bytes, Later] = {}

    def begin(self, request: Request) -> None:
        """It runs from now on."""
        with self._lock:
            self._running[request.id] = request

    def end(self, request: Request) -> None:
        """It needs no answer any more."""
        with self._lock:
            self._running.pop(request.id, None)
            self._later.pop(request.id, None)

    def defer(self, request: Request, future: Future[Any]) -> None:
        """Its answer comes later."""
        with self._lock:
            self._later[request.id] = Later(request, future)

    def deferred(self) -> list[Later]:
        with self._lock:
            return list(self._later.values())

    def farewells(self) -> list[bytes]:
        """What tells the callers that wait that no answer will come."""
        with self._lock:
            running, self._running = list(self._running.values()), {}
        return [part for request in running for part in self.closing(request, GONE, b"1")]

    def reply(self, request: Request, kind: bytes, body: bytes) -> list[bytes]:
        """The commands that bring it to whoever wants it."""
        if not request.token:
            return []
        key = self.keys.reply(request.token)
        entry = (b"MAXLEN", _MOST_REPLIES, b"*", b"for", request.id, kind, body)
        if request.is_waited_for:
            return [command(b"XADD", key, b"NOMKSTREAM", *entry)]
        return [command(b"XADD", key, *entry), command(b"PEXPIRE", key, _KEPT_MS)]

    def renewal(self, request: Request) -> list[bytes]:
        """The commands that make its client's stream."""
        key = self.keys.reply(request.token)
        return [
            command(b"XADD", key, b"MAXLEN", b"0", b"*", b"-", b"-"),
            command(b"PEXPIRE", key, _KEPT_MS),
        ]

    def closing(self, request: Request, kind: bytes, body: bytes) -> list[bytes]:
        """The same for the reply after which none comes: while it is owed, Redis knows who owes it."""
        return [*self.reply(request, kind, body), self.settled(request.id)]

    def settled(self, id: bytes) -> bytes:  # noqa: A002 - Redis calls it so
        return command(b"XACK", self.keys.requests, GROUP, id)

    def outcome(self, request: Request, value: object) -> list[bytes]:
        """The answer of a verb that has returned a value."""
        try:
            return self.closing(request, *values.write(value, request.is_waited_for))
        except BadMessage as error:
            return self.failure(request, error)

    def failure(self, request: Request, error: BaseException) -> list[bytes]:
        """The answer of a verb that has raised."""
        return self.closing(request, ERROR, error_text(error))


def check_answer(shown: str, said: list[object]) -> bool:
    """Say so where an answer found no room. False where the client's stream was not there."""
    for reply in said:
        if isinstance(reply, Exception):
            log.warning("%s: an answer is lost: %s", shown, reply)
    return None not in said
