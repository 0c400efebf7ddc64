"""Where tests of the `http:` wire serve."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below those that outgoing connections take: none of them is to have it before the test's server.
_FIRST, _LAST = 20000, 30000


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses now, and none of the system's own choice will."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randrange(_FIRST, _LAST)  # noqa: S311 - luck, not a secret
        with socket.socket(family) as trying, suppress(OSError):
            trying.bind((host, port))
            return port
