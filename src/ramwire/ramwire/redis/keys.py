"""The names of a service's keys and channels in Redis. All have one hash tag, so that they lie together."""

from __future__ import annotations

import re
import secrets

GROUP = b"ramwire"
"""The consumer group of the servers that share a name."""

EVERY_SERVER = b"ramwire:{*}:server:*"
"""A pattern for the channels and records of all servers of all services."""

_is_server = re.compile(rb"ramwire:\{([^{}]+)\}:server:([A-Za-z0-9]+)").fullmatch
_is_token = re.compile(rb"[A-Za-z0-9]{1,64}").fullmatch


class Keys:
    """See `docs/protocol/redis.md` for what each of them holds."""

    def __init__(self, service: str) -> None:
        root = f"ramwire:{{{service}}}:".encode()
        self.requests = root + b"requests"
        self.listener = root + b"listener"
        self.servers = root + b"servers"
        self.notices = service.encode()
        """The channel on which any program may publish a line."""
        self.arrivals = root + b"channel"
        """The channel on which a channel's end says that it has come."""
        self._reply = root + b"reply:"
        self._server = root + b"server:"

    def reply(self, token: bytes) -> bytes:
        """A stream, and the channel that is subscribed to for as long as its reader waits."""
        return self._reply + token

    def server(self, token: bytes) -> bytes:
        """A record, and the channel that is subscribed to for as long as the server lives."""
        return self._server + token


def new_token() -> bytes:
    """A name for one end that no other has."""
    return secrets.token_hex(8).encode()


def is_token(data: bytes) -> bool:
    return _is_token(data) is not None


def server_of(name: bytes) -> tuple[str, str] | None:
    """Service and token in the name of a server's record."""
    match = _is_server(name)
    return (match[1].decode(errors="replace"), match[2].decode()) if match else None
