"""The three framings of `fifo:`, as the two Python peers beside this use them."""

from __future__ import annotations

import struct
from typing import BinaryIO


def write(file: BinaryIO, framing: str, message: bytes) -> None:
    if framing == "line":
        file.write(message + b"\n")
    elif framing == "u32le":
        file.write(struct.pack("<I", len(message)) + message)
    else:
        file.write(b"X%04d" % len(message) + message)
    file.flush()


def read(file: BinaryIO, framing: str) -> bytes:
    """The next message; b"" at the end."""
    if framing == "line":
        return file.readline().rstrip(b"\n")
    if framing == "u32le":
        head = file.read(4)
        return file.read(struct.unpack("<I", head)[0]) if head else b""
    head = file.read(1)
    if head not in (b"X", b""):
        raise ValueError(f"out of sync: {head!r}")
    return file.read(int(file.read(4))) if head else b""
