"""The `redis:` wire: services and channels over a Redis (or Valkey) that several machines share.

`services(url)` lists the servers that are there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ramwire.redis.presence import Presence as Presence
    from ramwire.redis.presence import services as services

__all__ = ["Presence", "services"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'ramwire.redis' has no attribute {name!r}")
    return getattr(import_module("ramwire.redis.presence"), name)
