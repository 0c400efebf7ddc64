"""What is written into the bells. A bell is a FIFO: it says that something is to be seen, never what.

Every record to the server has the same length, so that each of many threads reading the one FIFO gets exactly
one. A record to a client ends with a newline.
"""

from __future__ import annotations

RECORD_BYTES = 40

BACK_BYTES = 4096
"""Read at once from a client's bell: many records more than ever wait there."""

BELL = b"bell"
HELP_BELL = b"help"
"""Rung by a client whose request has lain a moment: nobody may be waiting at the other bell."""

# To the server: one of these, a name or token, spaces, a newline.
REQUEST = b"r"
JOIN = b"j"
WAKE = b"w"

# To a client: one of these, the request's name, a newline.
JOINED = b"+"
VALUE = b"."
ERROR = b"!"
TAKEN = b"t"
DEFERRED = b"~"
DONE = b"d"
NOT_MINE = b"-"
NO_ROOM = b"0"
CANNOT = b"1"
CLOSED = b"x"


def record(kind: bytes, name: bytes = b"") -> bytes:
    """A record for the server's bell."""
    return kind + name.ljust(RECORD_BYTES - 2) + b"\n"
