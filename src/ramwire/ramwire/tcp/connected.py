"""What a TCP connection of ours is set to, at both ends."""

from __future__ import annotations

import socket
from contextlib import suppress

_IDLE_S = 15
_BETWEEN_S = 5
_PROBES = 3
_SILENCE_MS = 30_000


def tune(connected: socket.socket) -> None:
    """No waiting for more to send; and a host that has vanished is noticed within half a minute."""
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", _IDLE_S),
        ("TCP_KEEPINTVL", _BETWEEN_S),
        ("TCP_KEEPCNT", _PROBES),
        ("TCP_USER_TIMEOUT", _SILENCE_MS),
    ):
        with suppress(AttributeError, OSError):  # not every system has each
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
