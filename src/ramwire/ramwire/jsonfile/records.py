"""What the server writes into a seat's bell: a letter, the request's UUID, a newline."""

from __future__ import annotations

from collections.abc import Iterator

UUID_BYTES = 36
RECORD_BYTES = 1 + UUID_BYTES + 1

JOINED = b"+"
TAKEN = b"t"
DEFERRED = b"~"
ANSWERED = b"."
RETURNED = b"d"
NO_ROOM = b"0"
LOOK = b"?"
CLOSED = b"x"

NOBODY = b"-" * UUID_BYTES
"""Stands where a record is about no request."""


def record(kind: bytes, uuid: bytes = NOBODY) -> bytes:
    return kind + uuid + b"\n"


def split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The letter and the UUID of each whole record; what is none is passed over."""
    for line in data.splitlines():
        if len(line) == RECORD_BYTES - 1:
            yield line[:1], line[1:]
