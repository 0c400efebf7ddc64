"""The server's end of the `http:` wire: one loop takes requests and sends answers, verbs run in threads."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import ClassVar

from tornado.httputil import HTTPHeaders

from ramwire.contract import Answer, ServerWire
from ramwire.http import signs, token
from ramwire.http.address import address_of
from ramwire.http.client import OPTIONS
from ramwire.http.door import Door, Visit
from ramwire.http.exchange import Exchange
from ramwire.http.gate import Gate, Refusal, Way
from ramwire.http.listening import listen
from ramwire.http.peer import Peer
from ramwire.http.reception import Reception
from ramwire.http.workers import Workers
from ramwire.url import Url

_PATIENCE_S = 60.0
_PARTING_S = 0.2


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
        self._listeners = listen(self.url, self._address, may_be_far=secret is not None)
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
                peer.refuse(Refusal(503, f"no thread is left to run it: {error}"))
                peer.finish()

        return Reception(visit, peer, self._gate, hand_on)


_servers: weakref.WeakSet[HttpServer] = weakref.WeakSet()


def _forget_parents() -> None:
    for server in list(_servers):
        with suppress(OSError):
            server.forget()


os.register_at_fork(after_in_child=_forget_parents)
