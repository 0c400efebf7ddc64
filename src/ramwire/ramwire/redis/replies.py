"""Reads what Redis answers. What it cannot be is taken for nothing: a stranger may have written it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ramwire.errors import BadMessage
from ramwire.journal import Journal
from ramwire.redis.entries import LATER, TAKEN, Reply, id_and_fields, read_reply

log = Journal(__name__)

PASSING = frozenset((LATER, TAKEN))
"""Kinds of replies after which another comes."""


def arguments(*items: bytes) -> bytes:
    """The last arguments of a command that `beginning` has begun."""
    return b"".join([b"$%d\r\n%b\r\n" % (len(item), item) for item in items])


def beginning(count: int, *items: bytes) -> bytes:
    """The first arguments of a command that has so many in all, its name included."""
    return b"*%d\r\n" % count + arguments(*items)


def entries_in(read: object) -> Iterator[object]:
    """The entries that XREAD or XREADGROUP gives of one stream."""
    if isinstance(read, dict):
        for entries in read.values():
            yield from entries if isinstance(entries, list) else ()


def parse(read: object, seen: bytes) -> tuple[bytes, list[Reply]]:
    """The newest entry's id (`seen` where there is none) and the replies that XREAD gives."""
    found = []
    for entry in entries_in(read):
        try:
            seen, fields = id_and_fields(entry)
            found.append(read_reply(fields))
        except BadMessage as error:
            log.warning("a reply is passed over: %s", error)
    return seen, found


def consumer(pending: object) -> bytes | None:
    """Who has the one entry that XPENDING was asked for."""
    if isinstance(pending, list) and pending and isinstance(pending[0], list) and len(pending[0]) > 1:
        return cast("bytes", pending[0][1])
    return None


def listeners(numsub: object) -> int:
    """How many listen on the one channel that PUBSUB NUMSUB was asked for."""
    if isinstance(numsub, list) and len(numsub) == 2 and isinstance(numsub[1], int):
        return numsub[1]
    return 0
