"""A client's place for answers: one connection, and the reply stream that belongs to it.

It carries one request at a time. For as long as the connection lives it listens on the channel named as the
stream: a server runs a request only while somebody listens there, so that what a client has left behind,
however it ended, never runs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Callable

from ramwire.errors import NoSpace, Refused, ReplyLost, ServerGone, Timeout
from ramwire.redis import replies
from ramwire.redis.address import Address
from ramwire.redis.entries import DROPPED, GONE, TAKEN, Reply
from ramwire.redis.keys import GROUP, Keys, new_token
from ramwire.redis.link import FOREVER, Complaint, Late, Link, Lost, Push, command

KEPT_MS = b"60000"
"""How long Redis keeps a reply stream whose client does nothing with it."""

REQUESTS_KEPT_MS = b"3600000"
"""The same of the stream of requests, with which neither a client nor a server does anything."""

_RENEW_S = 20.0
_LARGE_BYTES = 1 << 16
_GRACE_S = 0.2
"""How long Redis may take for its part when the deadline has come."""

# While a request is out, its fate is looked for each time that it has waited for a tenth longer.
_FIRST_LOOK_S = 0.1
_LAST_LOOK_S = 2.0

Passing = Mapping[bytes, Callable[[], None]]
"""Kinds of replies after which another comes, and what is to be done then."""


class NotTaken(Exception):
    """The request was not run, and never will be: it may be sent again."""


class Mailbox:
    """After an error it may be used again only where `is_usable` says so."""

    def __init__(self, address: Address, keys: Keys) -> None:
        token = new_token()
        self.is_usable = False
        self.reply_key = keys.reply(token)
        self.request: bytes | None = None
        """What it waits for the answer of."""
        self._address = address
        self._keys = keys
        self._link = Link(address, "client")
        self._seen = b"0-0"  # the newest reply
        self._renew_at = 0.0
        self._add = replies.beginning(7, b"XADD", keys.requests, b"*", b"client", token)
        self._renew = [
            command(b"XADD", self.reply_key, b"MAXLEN", b"0", b"*", b"-", b"-"),
            command(b"PEXPIRE", self.reply_key, KEPT_MS),
        ]
        self._keep = command(b"PEXPIRE", keys.requests, REQUESTS_KEPT_MS)

    def open(self, deadline: float) -> None:
        """Connect, and listen. Raises `Refused`, `Lost`, `Late`."""
        self._link.connect(deadline)
        self._link.send(command(b"SUBSCRIBE", self.reply_key), deadline)
        try:
            while type(self._link.next(deadline)) is not Push:
                pass
        except Complaint as error:
            raise Refused(f"{self._address.shown}: {error}") from error
        self.is_usable = True

    def is_stale(self) -> bool:
        return self._link.is_stale()

    def ask(self, field: bytes, line: bytes, deadline: float, passing: Passing) -> Reply:
        """Send a request, and wait for the reply that ends it. Raises `NotTaken`, `Lost`, any `WireError`."""
        self.is_usable = False
        try:
            reply = self._wait(self._put(field, line, deadline), deadline, passing)
        except Late as error:
            raise Timeout(f"{self._address.place} does not answer; it may have been run") from error
        self.request = None
        if len(reply.body) > _LARGE_BYTES:  # Redis has better use for the room
            self._exchange(FOREVER, command(b"XTRIM", self.reply_key, b"MAXLEN", b"0"))
        self.is_usable = True
        return reply

    def shut(self) -> None:
        """Make `ask` raise `Lost`. From any thread."""
        self._link.shut()

    def close(self, *last: bytes) -> None:
        """Remove the stream, as far as Redis listens, and disconnect. `last` are commands to go before."""
        with suppress(Lost, Late):
            self._link.send(b"".join(last) + command(b"DEL", self.reply_key), time.monotonic() + _GRACE_S)
        self._link.close()

    def forget(self) -> None:
        """In a forked child: the connection is the parent's."""
        self._link.close()

    def _put(self, field: bytes, line: bytes, deadline: float) -> bytes:
        """The request's id. What it is answered is being read from then on."""
        now = time.monotonic()
        before, after = (self._renew, [self._keep]) if now >= self._renew_at else ([], [])
        add = self._add + replies.arguments(field, line)
        read = self._read(min(_FIRST_LOOK_S, deadline - now))
        self._link.send(b"".join([*before, add, *after, read]), deadline + _GRACE_S)
        try:
            for _ in before:
                self._link.receive(deadline + _GRACE_S)
            request = self._link.receive(deadline + _GRACE_S)
            for _ in after:
                self._link.receive(deadline + _GRACE_S)
        except Complaint as error:
            raise _not_sent(self._address.shown, error) from error
        if before:
            self._renew_at = now + _RENEW_S
        if type(request) is not bytes:
            raise Lost("Redis did not say which number the request has")
        self.request = request
        return request

    def _wait(self, request: bytes, deadline: float, passing: Passing) -> Reply:
        begun = time.monotonic()
        arrived = self._arrived(deadline)
        while True:
            for reply in arrived:
                if reply.request != request:
                    continue  # of one that was withdrawn
                if reply.kind not in passing:
                    return self._final(reply)
                passing[reply.kind]()
                if reply.kind == TAKEN:
                    deadline = FOREVER
            now = time.monotonic()
            if now >= deadline:
                return self._withdrawn(request)
            if not arrived:
                arrived = self._looked_for(request, deadline)
                if arrived:
                    continue
            pause_s = min(max((now - begun) / 10, _FIRST_LOOK_S), _LAST_LOOK_S)
            self._link.send(self._read(min(pause_s, deadline - now)), deadline + _GRACE_S)
            arrived = self._arrived(deadline)

    def _final(self, reply: Reply) -> Reply:
        if reply.kind == DROPPED:
            self.is_usable = True
            raise NotTaken
        if reply.kind == GONE:
            raise ServerGone(f"{self._address.shown}: the server stopped before it answered; it may have run")
        return reply

    def _read(self, block_s: float) -> bytes:
        """Wait for replies newer than those seen."""
        block_ms = b"%d" % max(int(block_s * 1000), 1)
        return command(b"XREAD", b"BLOCK", block_ms, b"STREAMS", self.reply_key, self._seen)

    def _arrived(self, deadline: float) -> list[Reply]:
        try:
            return self._parsed(self._link.receive(deadline + _GRACE_S))
        except Complaint as error:
            raise ReplyLost(f"{self._address.shown}: its answer cannot be read: {error}") from error

    def _parsed(self, read: object) -> list[Reply]:
        self._seen, arrived = replies.parse(read, self._seen)
        return arrived

    def _looked_for(self, request: bytes, deadline: float) -> list[Reply]:
        """What has come meanwhile. Raises `ServerGone`, `ReplyLost` or `NotTaken` where nothing will come."""
        look = self._exchange(
            deadline,
            command(b"XPENDING", self._keys.requests, GROUP, request, request, b"1"),
            command(b"XRANGE", self._keys.requests, request, request),
            command(b"PEXPIRE", self.reply_key, KEPT_MS),
            command(b"XREAD", b"STREAMS", self.reply_key, self._seen),
            self._keep,
        )
        arrived = self._parsed(look[3])
        if arrived:
            return arrived
        if not look[2]:
            self._exchange(deadline, *self._renew)  # Redis has forgotten the stream
            self._seen = b"0-0"
        server = replies.consumer(look[0])
        if server is None:
            if look[1] and type(look[1]) is list:
                return []  # it lies there, for whoever comes
            raise ReplyLost(f"{self._address.shown}: {_WHY_LOST if look[2] else _WHY_EMPTY}; it may have run")
        alive = self._exchange(deadline, command(b"PUBSUB", b"NUMSUB", self._keys.server(server)))
        return [] if replies.listeners(alive[0]) else self._bereaved(request, deadline)

    def _bereaved(self, request: bytes, deadline: float) -> list[Reply]:
        """The server that had it is dead. What it has answered before; or see `_looked_for`."""
        removed, _, _, read = self._exchange(
            deadline,
            command(b"XDEL", self._keys.requests, request),
            command(b"XACK", self._keys.requests, GROUP, request),
            command(b"PUBLISH", self._keys.servers, b"gone"),
            command(b"XREAD", b"STREAMS", self.reply_key, self._seen),
        )
        arrived = self._parsed(read)
        if arrived:
            return arrived
        if removed == 1:  # it had been handed out, but not taken
            self.is_usable = True
            raise NotTaken
        raise ServerGone(f"{self._address.shown}: the server died before it answered; it may have run")

    def _withdrawn(self, request: bytes) -> Reply:
        """The answer, if it is there by now. Raises `Timeout`."""
        removed, servers, read = self._exchange(
            time.monotonic(),
            command(b"XDEL", self._keys.requests, request),
            command(b"PUBSUB", b"NUMSUB", self._keys.servers),
            command(b"XREAD", b"STREAMS", self.reply_key, self._seen),
        )
        if removed == 1:
            self.is_usable = True
            self.request = None
            nobody = not replies.listeners(servers)
            why = "nobody serves it" if nobody else "no server took it in time"
            raise Timeout(f"{self._address.shown}: {why}; it was withdrawn and has not run", False, nobody)
        for reply in self._parsed(read):
            if reply.request == request and reply.kind not in replies.PASSING:
                return self._final(reply)
        raise Timeout(f"{self._address.shown}: no answer in time; it was taken, and may have run")

    def _exchange(self, deadline: float, *commands: bytes) -> list[object]:
        return self._link.exchange(deadline + _GRACE_S, *commands)


_WHY_LOST = "it was taken, but its answer is lost (was there no room for it in Redis?)"
_WHY_EMPTY = "Redis has lost its data"


def _not_sent(shown: str, error: Complaint) -> Exception:
    if error.code == "OOM":
        return NoSpace(f"{shown}: Redis has no room for the request: raise its maxmemory, or make room")
    if error.code in ("READONLY", "MISCONF", "LOADING", "MASTERDOWN", "NOREPLICAS"):
        return Refused(f"{shown}: Redis takes nothing to write now: {error}")
    return Refused(f"{shown}: {error}")
