"""What each wire has to reach beside its peer, in the same run."""

from __future__ import annotations

from typing import Literal, NamedTuple, Optional

Measure = Literal["round trip", "8 clients", "1 MB answer"]


class Bar(NamedTuple):
    value: float
    is_floor: bool = False
    """True where more is better."""

    def is_met(self, value: float) -> bool:
        return value >= self.value if self.is_floor else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.is_floor else '≤'} {self.value:g}"


_ROUND_TRIPS = {
    ("ramdrive", "pyzmq", "free"): Bar(0.5),
    ("ramdrive", "pyzmq", "same"): Bar(0.9),
    ("ramdrive", "pyzmq", "cross"): Bar(1.05),
    ("unix", "pyzmq", "free"): Bar(0.6),
    ("fifo", "pyzmq", "free"): Bar(0.8),
    ("mmap", "pyzmq", "free"): Bar(0.5),
    ("redis", "redis-py", "free"): Bar(1.2),
}

_FAST = ("ramdrive", "unix", "fifo", "mmap")

MOST_MS = {"jsonfile": 5.0}
"""A round trip's p50, for a wire without a peer, freely placed."""


def bar(measure: Measure, wire: str, peer: str, place: str) -> Optional[Bar]:
    """None where nothing is asked for."""
    if measure == "round trip":
        return _ROUND_TRIPS.get((wire, peer, place))
    if wire in _FAST and peer == "pyzmq":
        return Bar(1.0, is_floor=measure == "8 clients")
    return None
