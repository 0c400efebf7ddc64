"""The server's end of the `redis:` wire: a crew that takes requests, and a sign that it is there."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import Answer, ServerWire
from ramwire.errors import Refused
from ramwire.redis import leaving
from ramwire.redis.address import OPTIONS, read
from ramwire.redis.crew import Crew
from ramwire.redis.desk import Desk
from ramwire.redis.link import Late, Lost
from ramwire.redis.notices import Notices
from ramwire.redis.sign import Sign
from ramwire.url import Url


class RedisServer(ServerWire):
    """See `ramwire.contract.ServerWire`. Servers of one name share the work: a second one is not refused."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer)
        self._address = read(url)
        self._desk: Desk | None = None
        self._sign: Sign | None = None
        self._crew: Crew | None = None
        _servers.add(self)

    def open(self) -> None:
        desk = Desk(self._address, self.answer)
        sign, crew = Sign(desk, Notices(self._address.shown, self.answer)), Crew(desk)
        try:
            sign.open()
            leaving.sweep(desk)
            crew.start()
        except BaseException as error:
            desk.stopped.set()
            crew.stop()
            sign.close()
            if isinstance(error, (Lost, Late)):
                raise Refused(f"{self._address.place} cannot be reached ({error})") from error
            raise
        self._desk, self._sign, self._crew = desk, sign, crew

    def serve(self) -> None:
        sign = self._sign
        if sign is not None:
            sign.watch()
            sign.close()

    def stop(self) -> None:
        desk, self._desk = self._desk, None
        if desk is None or self._crew is None or self._sign is None:
            return
        desk.stopped.set()
        self._crew.stop()
        self._sign.shut()
        leaving.leave(desk)

    def forget(self) -> None:
        """In a forked child: let go of the connections, or Redis would take a dead parent for alive."""
        for part in (self._sign, self._crew):
            if part is not None:
                part.forget()
        self._desk = self._sign = self._crew = None


_servers: weakref.WeakSet[RedisServer] = weakref.WeakSet()


def _forget_parents() -> None:
    for server in list(_servers):
        server.forget()


os.register_at_fork(after_in_child=_forget_parents)
