"""What a server removes when it stops, and what those have left that could not."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import cast

from ramwire.errors import BadMessage, Refused
from ramwire.journal import Journal
from ramwire.redis import replies
from ramwire.redis.desk import Desk
from ramwire.redis.entries import DROPPED, Request, id_and_fields, read_request
from ramwire.redis.keys import GROUP
from ramwire.redis.link import Late, Link, Lost, command

log = Journal(__name__)

_PATIENCE_S = 1.0
_MOST = b"1000"
_FORGOTTEN_MS = 60_000
"""The answers that a dead server owes are remembered for so long, so that each caller can find out."""


def leave(desk: Desk) -> None:
    """Tell those who wait, and remove what this server has made; what it cannot, Redis forgets by itself."""
    link = Link(desk.address, "server")
    deadline = time.monotonic() + _PATIENCE_S
    keys = desk.keys
    try:
        link.connect(deadline)
        link.exchange(deadline, *desk.farewells(), *_untaken(desk, link, deadline))
        (listener,) = link.exchange(deadline, command(b"GET", keys.listener))
        mine = [keys.server(desk.token), *([keys.listener] if listener == desk.token else [])]
        link.exchange(
            deadline,
            command(b"XGROUP", b"DELCONSUMER", keys.requests, GROUP, desk.token),
            command(b"DEL", *mine),
            command(b"PUBLISH", keys.servers, b"left"),
        )
        _remove_empty(desk, link, deadline)
    except (Lost, Late, Refused) as error:
        log.info("%s: nothing could be removed from Redis: %s", desk.address.shown, error)
    finally:
        link.close()


def sweep(desk: Desk) -> None:
    """Remove what dead servers of this name have left. Raises `Lost`, `Late`, `Refused`."""
    link = Link(desk.address, "server")
    deadline = time.monotonic() + _PATIENCE_S
    keys = desk.keys
    try:
        link.connect(deadline)
        (consumers,) = link.exchange(deadline, command(b"XINFO", b"CONSUMERS", keys.requests, GROUP))
        for consumer in consumers if isinstance(consumers, list) else ():
            name = _dead(desk, link, consumer, deadline)
            if name is not None:
                owed = _owed_by(desk, link, name, deadline)
                remove = [command(b"XDEL", keys.requests, *owed)] if owed else []
                link.exchange(
                    deadline, *remove, command(b"XGROUP", b"DELCONSUMER", keys.requests, GROUP, name)
                )
    finally:
        link.close()


def _dead(desk: Desk, link: Link, consumer: object, deadline: float) -> bytes | None:
    if not isinstance(consumer, dict):
        return None
    name, pending, idle_ms = (consumer.get(field) for field in (b"name", b"pending", b"idle"))
    if not isinstance(name, bytes) or (pending and cast("int", idle_ms) < _FORGOTTEN_MS):
        return None
    (alive,) = link.exchange(deadline, command(b"PUBSUB", b"NUMSUB", desk.keys.server(name)))
    return None if replies.listeners(alive) else name


def _owed_by(desk: Desk, link: Link, name: bytes, deadline: float) -> list[bytes]:
    (owed,) = link.exchange(
        deadline, command(b"XPENDING", desk.keys.requests, GROUP, b"-", b"+", _MOST, name)
    )
    return [entry[0] for entry in owed] if isinstance(owed, list) else []


def _untaken(desk: Desk, link: Link, deadline: float) -> list[bytes]:
    """Give back requests that this server was handed, and has not taken: they may be sent again."""
    commands: list[bytes] = []
    for id_ in _owed_by(desk, link, desk.token, deadline):
        (entries,) = link.exchange(deadline, command(b"XRANGE", desk.keys.requests, id_, id_))
        for entry in entries if isinstance(entries, list) else ():
            commands.append(command(b"XDEL", desk.keys.requests, id_))
            with suppress(BadMessage):  # no request: nobody waits for it
                commands += _returned(desk, read_request(*id_and_fields(entry)))
    return commands


def _returned(desk: Desk, request: Request) -> list[bytes]:
    if request.is_waited_for:
        return desk.closing(request, DROPPED, b"1")
    return desk.failure(request, Refused("the server has stopped; it was not run, and may be sent again"))


def _remove_empty(desk: Desk, link: Link, deadline: float) -> None:
    """The stream, where nothing lies in it and nobody serves it."""
    keys = desk.keys
    _, length, groups, servers = link.exchange(
        deadline,
        command(b"WATCH", keys.requests),
        command(b"XLEN", keys.requests),
        command(b"XINFO", b"CONSUMERS", keys.requests, GROUP),
        command(b"PUBSUB", b"NUMSUB", keys.servers),
    )
    if length == 0 and groups == [] and not replies.listeners(servers):
        link.exchange(deadline, command(b"MULTI"), command(b"DEL", keys.requests), command(b"EXEC"))
