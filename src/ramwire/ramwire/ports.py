"""Which process listens on a port of this machine (Linux: /proc)."""

from __future__ import annotations

import os
from contextlib import suppress

_LISTENING = "0A"


def holder_of(port: int) -> int | None:
    """The process's number; None where nobody listens, or somebody whose descriptors may not be seen."""
    sockets = _listening(port)
    if not sockets:
        return None
    for name in os.listdir("/proc"):
        if name.isdigit() and sockets & _sockets_of(name):
            return int(name)
    return None


def is_held(port: int) -> bool:
    """Whether any process listens there, on any of this machine's addresses."""
    return bool(_listening(port))


def _listening(port: int) -> frozenset[str]:
    """What /proc/PID/fd names the sockets that listen on a port."""
    found = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError), open(f"/proc/net/{table}", encoding="ascii") as lines:
            next(lines)
            for line in lines:
                columns = line.split()
                if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{columns[9]}]")
    return frozenset(found)


def _sockets_of(pid: str) -> frozenset[str]:
    found = set()
    with suppress(OSError):  # it has gone, or is another user's
        for fd in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return frozenset(found)
