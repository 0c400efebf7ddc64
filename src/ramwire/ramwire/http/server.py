"""The server's end of the `http:` wire: one loop takes requests and sends answers, verbs run in threads."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import ClassVar

from tornado.httputil import HTTPHeaders

from ramwire import ports
from ramwire.contract import Answer, ServerWire
from ramwire.errors import Refused
from ramwire.http import signs, token
from ramwire.http.address import Address, address_of, is_loopback
from ramwire.http.client import OPTIONS
from ramwire.http.door import Door, Visit
from ramwire.http.exchange import Exchange
from ramwire.http.gate import Gate, Way
from ramwire.http.peer import Peer
from ramwire.http.reception import Reception
from ramwire.http.styles import JSON, Reply
from ramwire.http.workers import Workers
from ramwire.url import Url

_PATIENCE_S = 60.0
_PARTING_S = 0.2
_BACKLOG = 128
_NOT_HERE = frozenset((errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT))


class HttpServer(ServerWire):
    """See `ramwire.contract.ServerWire`."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer)
        self._address = address_of(url)
        self._patience_s = url.seconds("patience", _PATIENCE_S)
        self._lock = threading.RLock()  # a signal's handler may call `stop` in the midst of `stop`
        self._listeners: list[socket.socket] = []
        self._door: Door | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._stopped = False
        self._gate = Gate(frozenset(), None)
        _servers.add(self)

    def open(self) -> None:
        self._stopped = False
        secret = token.token_of(self.url)
        self._listeners = _listen(self.url, self._address, may_be_far=secret is not None)
        names = frozenset(("localhost", self._address.host.lower())) if secret is None else None
        self._gate = Gate(names, secret)
        self._workers = Workers()
        self._door = Door(self._listeners, self._receive, self._patience_s)

    def serve(self) -> None:
        loop = asyncio.new_event_loop()
        main = loop.create_task(self._serve())
        try:
            loop.run_until_complete(main)
        finally:
            # Also where an exception (KeyboardInterrupt) has ended it.
            main.cancel()
            loop.run_until_complete(self._end())
            with self._lock:
                self._loop = None
            loop.close()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            loop, stopping = self._loop, self._stopping
            if loop is None or stopping is None:
                for listener in self._listeners:
                    listener.close()
            else:
                loop.call_soon_threadsafe(stopping.set)

    def forget(self) -> None:
        """In a forked child: hold nothing open for the parent."""
        self._lock = threading.RLock()
        self._loop = None
        if self._door is not None:
            self._door.forget()

    async def _serve(self) -> None:
        with self._lock:
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            if self._stopped or self._door is None:
                return
        self._door.open()
        await self._stopping.wait()

    async def _end(self) -> None:
        if self._door is not None:
            await self._door.close(_PARTING_S)
        self._workers.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _receive(self, visit: Visit) -> Reception:
        peer = Peer(visit.connection, self._patience_s)

        def hand_on(way: Way, headers: HTTPHeaders, body: bytes) -> None:
            exchange = Exchange(peer, self.answer, headers.get(signs.ASKS, "").lower() == "yes")
            peer.when_gone(exchange.abandon)
            try:
                self._workers.put(partial(exchange.run, way, body))
            except RuntimeError as error:
                peer.reply(Reply(503, JSON, b'{"error":"no thread is left (%s)"}' % str(error).encode()))

        return Reception(visit, peer, self._gate, hand_on)


def _listen(url: Url, address: Address, may_be_far: bool) -> list[socket.socket]:
    """The sockets, one for each number that the address's host has."""
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise Refused(f"{url.text}: {address.host} is not known: {error.strerror}") from error
    places = list(dict.fromkeys((family, place) for family, _, _, _, place in found))
    if not may_be_far and not all(is_loopback(str(place[0])) for _, place in places):
        raise Refused(
            f"{url.text}: beyond loopback a server needs a token: {token.VARIABLE} or ?tokenfile=FILE"
        )
    listeners: list[socket.socket] = []
    failed: OSError | None = None
    for family, place in places:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listeners.append(listener)
        try:
            _bind(listener, place)
        except OSError as error:
            listeners.pop().close()
            failed = error
            if error.errno not in _NOT_HERE:  # a name may have numbers of a family that this machine lacks
                break
    if listeners and (failed is None or failed.errno in _NOT_HERE):
        return listeners
    for listener in listeners:
        listener.close()
    assert failed is not None  # noqa: S101 - a name that is known has a number
    raise _refused(url, address, failed) from failed


def _bind(listener: socket.socket, place: tuple[object, ...]) -> None:
    # A server that was killed leaves connections behind that hold the port for a minute.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(place)
    listener.listen(_BACKLOG)
    listener.setblocking(False)


def _refused(url: Url, address: Address, error: OSError) -> Refused:
    if error.errno != errno.EADDRINUSE:
        return Refused(f"{url.text} cannot be served: {error.strerror}")
    pid = ports.holder_of(address.port)
    holder = f"process {pid}" if pid else "a process that cannot be seen from here"
    return Refused(f"{url.text} is served already, by {holder}")


_servers: weakref.WeakSet[HttpServer] = weakref.WeakSet()


def _forget_parents() -> None:
    for server in list(_servers):
        with suppress(OSError):
            server.forget()


os.register_at_fork(after_in_child=_forget_parents)
