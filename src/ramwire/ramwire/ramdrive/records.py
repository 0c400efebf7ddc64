"""What is written into the bells. A bell is a FIFO: it says that something is to be seen.

What is to be seen is in the folders. A short request or value also travels in the record itself, which saves
its reader the way to the file.

Every record to the server has the same length, so that each of many threads reading the one FIFO gets exactly
one. A record to a client ends with a newline, but for one that carries a value.
"""

from __future__ import annotations

from collections.abc import Iterator

RECORD_BYTES = 512
"""A fraction of a page: no record lies in two of them."""

HEAD_BYTES = 40
"""A letter, a name or token padded to 38, a newline; behind it the request's line, where there is room."""

BACK_BYTES = 65536
"""Read at once from a client's bell: all that a FIFO holds, so that no record is read in parts."""

LONGEST_VALUE_BYTES = 3500
"""Larger values are read from the file. What is written to a FIFO at once, 4096 bytes, arrives whole."""

BELL = b"bell"
HELP_BELL = b"help"
"""Rung by a client whose request has lain a moment: nobody may be waiting at the other bell."""

# To the server: one of these, a name or token, spaces, a newline.
REQUEST = b"r"
JOIN = b"j"
WAKE = b"w"

# To a client: one of these, the request's name, a newline.
JOINED = b"+"
FILED = b"."
ERROR = b"!"
TAKEN = b"t"
DEFERRED = b"~"
DONE = b"d"
NOT_MINE = b"-"
NO_ROOM = b"0"
CANNOT = b"1"
CLOSED = b"x"

JUNK = b""
"""Nobody sends it: what `split` calls something that is no record."""

# To a client: this, the request's name of 33 bytes, the length of the pickle in four digits, the pickle.
VALUE = b"="
VALUE_AT = 38


def record(kind: bytes, name: bytes = b"") -> bytes:
    """A record for the server's bell, without a line."""
    return (kind + name.ljust(HEAD_BYTES - 2) + b"\n").ljust(RECORD_BYTES)


def line_of(data: bytes) -> bytes:
    """The line in a record for the server, or b"" where it is in the file alone."""
    return data[HEAD_BYTES : data.find(b"\n", HEAD_BYTES) + 1]


def value_record(name: bytes, data: bytes) -> bytes:
    return b"=%b%04d%b" % (name, len(data), data)


def split(heard: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The records in what a client has heard: letter, name, and the value of one that carries it.

    What is no record ends it, and is told as JUNK: what came behind it is to be found by looking.
    """
    at = 0
    while at < len(heard):
        kind = heard[at : at + 1]
        if kind == VALUE:
            length = heard[at + 34 : at + VALUE_AT]
            end = at + VALUE_AT + int(length) if length.isdigit() else len(heard) + 1
            if end > len(heard):
                yield JUNK, b"", b""
                return
            yield kind, heard[at + 1 : at + 34], heard[at + VALUE_AT : end]
            at = end
        else:
            end = heard.find(b"\n", at)
            if end < 0:
                yield JUNK, b"", b""
                return
            yield kind, heard[at + 1 : end], b""
            at = end + 1
