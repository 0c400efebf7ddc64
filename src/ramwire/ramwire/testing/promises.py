"""What every wire promises, and which of the suite's tests shows what."""

from __future__ import annotations

from enum import Enum
from typing import Callable, TypeVar

F = TypeVar("F", bound=Callable[..., None])


class Promise(Enum):
    """The promises, in the order of `docs/protocol/README.md`; the value is the heading there."""

    VALUES = "Values arrive as they were"
    IN_ORDER = "In order"
    AT_MOST_ONCE = "At most once"
    ALWAYS_AN_END = "Always an end"
    DIE_AND_RETURN = "Either end may die and return"
    NOTHING_HURTS = "Nothing it reads can hurt it"
    SLOW_HOLDS_UP_NOBODY = "A slow verb holds up nobody"
    STILL_WHEN_IDLE = "Still when idle"
    FULL_DISK = "A full disk is an error"
    CLOCK_MAY_JUMP = "The clock may jump"
    ASYNCIO = "The same in asyncio"
    ADDRESSES = "A wrong address is told"


def keeps(promise: Promise) -> Callable[[F], F]:
    """Say of a test of the suite which promise it shows."""

    def mark(test: F) -> F:
        test.promise = promise  # type: ignore[attr-defined] # read by `promise_of` alone
        return test

    return mark


def promise_of(test: Callable[..., None]) -> Promise | None:
    """The promise that a test of the suite shows; None for what is no test."""
    found: Promise | None = getattr(test, "promise", None)
    return found
