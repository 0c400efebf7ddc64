"""What is written into the two pipes of a session: records of 8 bytes, the first of them a kind.

The other seven are a number in little endian: how many bytes lie in the area. A `SHORT` bell to the client
carries in them what is said: its length, and up to six bytes.
"""

from __future__ import annotations

BELL_BYTES = 8

REQUEST = b"r"
"""To the server. Whoever reads it has the request: the server, to run it, or the client, to withdraw it."""

REPLY = b"."
SHORT = b"-"
WELCOME = b"+" * BELL_BYTES
REFUSAL = b"!"
"""In place of a welcome: why not lies in the area."""

INTERRUPT = b"x" * BELL_BYTES
"""From another thread of the same end."""

LONGEST_SHORT_BYTES = 6


def ring(kind: bytes, size: int) -> bytes:
    """The record of so many bytes in the area."""
    return kind + size.to_bytes(7, "little")


def size_of(bell: bytes) -> int:
    """How many bytes it says there are."""
    return int.from_bytes(bell[1:], "little")


def short(record: bytes) -> bytes:
    """The bell that carries a whole record."""
    return SHORT + bytes((len(record),)) + record.ljust(LONGEST_SHORT_BYTES, b"\0")


def said_by(bell: bytes) -> bytes:
    """The record that a short bell carries."""
    return bell[2 : 2 + bell[1]]
