"""Two programs on one machine that talk by leaving files for each other.

A server has verbs, a client calls them; between the two is a *wire*, named by an address such as
`ramdrive:/home/pi/ramdrive/alice`. Names are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ramwire.aio import AsyncClient as AsyncClient
    from ramwire.aio import AsyncServer as AsyncServer
    from ramwire.channel import Channel as Channel
    from ramwire.client import Client as Client
    from ramwire.diagnosis import Diagnosis as Diagnosis
    from ramwire.diagnosis import Finding as Finding
    from ramwire.diagnosis import diagnose as diagnose
    from ramwire.errors import BadMessage as BadMessage
    from ramwire.errors import NoSpace as NoSpace
    from ramwire.errors import Refused as Refused
    from ramwire.errors import RemoteError as RemoteError
    from ramwire.errors import ReplyLost as ReplyLost
    from ramwire.errors import ServerGone as ServerGone
    from ramwire.errors import Timeout as Timeout
    from ramwire.errors import WireError as WireError
    from ramwire.presence import Presence as Presence
    from ramwire.server import Server as Server

_HOMES = {
    "AsyncClient": "ramwire.aio",
    "AsyncServer": "ramwire.aio",
    "BadMessage": "ramwire.errors",
    "Channel": "ramwire.channel",
    "Client": "ramwire.client",
    "Diagnosis": "ramwire.diagnosis",
    "Finding": "ramwire.diagnosis",
    "NoSpace": "ramwire.errors",
    "Presence": "ramwire.presence",
    "Refused": "ramwire.errors",
    "RemoteError": "ramwire.errors",
    "ReplyLost": "ramwire.errors",
    "Server": "ramwire.server",
    "ServerGone": "ramwire.errors",
    "Timeout": "ramwire.errors",
    "WireError": "ramwire.errors",
    "diagnose": "ramwire.diagnosis",
}

__all__ = [  # noqa: PLE0604 - the table above is the list
    *_HOMES,
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ramwire' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted(_HOMES)
