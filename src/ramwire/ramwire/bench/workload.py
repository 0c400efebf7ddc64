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


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


VERBS: Mapping[str, Callable[..., object]] = {"get": get, "sleep": sleep}
