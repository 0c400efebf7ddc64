"""Presence by signals: a server tells processes that have left their pid when it comes up and goes down.

`docs/protocol/presence.md` is the specification.
"""

from ramwire.presence.presence import Presence as Presence

__all__ = ["Presence"]
