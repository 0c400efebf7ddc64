"""Who is there: a record for each server, which ends by itself where it is not renewed."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import asdict, dataclass

from ramwire.errors import BadMessage, Refused, Timeout
from ramwire.redis.address import Address, read
from ramwire.redis.keys import EVERY_SERVER, Keys, server_of
from ramwire.redis.link import Complaint, Late, Link, Lost, command
from ramwire.url import parse

_MOST_RECORDS = 1000
"""Asked for at once."""


@dataclass(frozen=True)
class Presence:
    """One server of one service. `since_s` is seconds since 1970, by its own clock."""

    service: str
    server: str
    host: str
    pid: int
    since_s: float


def services(url: str, timeout: float = 2.0) -> list[Presence]:
    """The servers that are there now, ordered by service: those of `?service=NAME`, or all without one.

    Raises `Refused`, and `Timeout` where Redis does not answer within `timeout` seconds.
    """
    address = read(parse(url), needs_service=False)
    deadline = time.monotonic() + timeout
    link = Link(address, "console")
    try:
        link.connect(deadline)
        return present(link, address, deadline)
    except (Lost, Late) as error:
        raise Timeout(f"{address.place} cannot be reached ({error})", False, True) from error
    except Complaint as error:
        raise Refused(f"{address.shown}: {error}") from error
    finally:
        link.close()


def record(service: str, token: bytes, since_s: float) -> bytes:
    """A server's own record."""
    presence = Presence(service, token.decode(), socket.gethostname(), os.getpid(), since_s)
    return json.dumps(asdict(presence)).encode()


def read_record(data: bytes) -> Presence:
    """Raises `BadMessage`."""
    try:
        value = json.loads(data)
        return Presence(
            service=str(value["service"]),
            server=str(value["server"]),
            host=str(value["host"]),
            pid=int(value["pid"]),
            since_s=float(value["since_s"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise BadMessage(f"this is no record of a server: {error!r}") from error


def present(link: Link, address: Address, deadline: float) -> list[Presence]:
    """As `services`, over a connection that is there. Raises `Lost`, `Late`, `Complaint`."""
    # Whose connection has ended listens no more; whose machine has lost its power has no record for long.
    pattern = Keys(address.service).server(b"*") if address.service else EVERY_SERVER
    link.send(command(b"PUBSUB", b"CHANNELS", pattern))
    listening = link.receive(deadline)
    names = [name for name in listening if server_of(name)] if isinstance(listening, list) else []
    found: list[Presence] = []
    for first in range(0, len(names), _MOST_RECORDS):
        link.send(command(b"MGET", *names[first : first + _MOST_RECORDS]))
        records = link.receive(deadline)
        for data in records if isinstance(records, list) else ():
            if isinstance(data, bytes):
                try:
                    found.append(read_record(data))
                except BadMessage:
                    continue  # a stranger's: nobody of ours
    return sorted(found, key=lambda presence: (presence.service, presence.since_s, presence.server))
