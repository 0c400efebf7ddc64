"""What every contender serves: the same verbs, the same answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Callable

ANSWER = {
    "state": "Printing",
    "file": "ship.gcode",
    "completion_percent": 41.7,
    "time_left_s": 1234,
    "hotend_celsius": [204.9, 205.0],
    "bed_celsius": [59.8, 60.0],
    "is_connected": True,
    "message": None,
    "layers": {"current": 12, "total": 80},
}
"""A reply of nine fields, as the printer's status is."""

ARGUMENTS: Mapping[str, object] = {"x": 1, "y": [1, 2], "z": "abc"}


def get(x: int, y: list[int], z: str) -> dict[str, object]:
    del x, y, z
    return ANSWER


LARGE = "0123456789abcdef" * (1 << 16)
"""A reply of 1 MiB: a text, which every wire and every peer can carry."""


def large() -> str:
    return LARGE


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


VERBS: Mapping[str, Callable[..., object]] = {"get": get, "large": large, "sleep": sleep}
