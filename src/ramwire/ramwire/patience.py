"""How long a socket that blocks waits, as the system is told."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

LAYOUTS = ("@ll", "@qq")
"""Of a span of time; the second where a 32-bit system counts time in 64 bits."""


def set_patience(connected: socket.socket, option: int, patience_s: float) -> bool:
    """Let `recv` (SO_RCVTIMEO), or `connect` and `send` (SO_SNDTIMEO), give up after a while: they raise
    BlockingIOError then. False where the system does not.
    """
    whole_s, rest_s = divmod(patience_s, 1)
    for layout in LAYOUTS:
        with suppress(OSError):
            span = struct.pack(layout, int(whole_s), int(rest_s * 1e6))
            connected.setsockopt(socket.SOL_SOCKET, option, span)
            return True
    return False
