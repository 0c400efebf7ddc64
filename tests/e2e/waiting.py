"""Waits for a condition that is looked at from outside."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar

Value = TypeVar("Value")


def wait_until(look: Callable[[], Optional[Value]], what: str, deadline_s: float = 20.0) -> Value:
    """The first true answer of `look`, which asks another process and so takes its time: no pause between."""
    end = time.monotonic() + deadline_s
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not seen within {deadline_s:.0f} s: {what}")
