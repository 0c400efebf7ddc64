"""The service of `ramwire echo`: something to call when a wire is tried for the first time."""

from __future__ import annotations

import time
from typing import Union

Number = Union[int, float]

LONGEST_SLEEP_S = 3600.0


class EchoVerbs:
    def echo(self, *values: object, **named: object) -> object:
        """What was sent: the one value, all of them, or the named ones."""
        if named:
            return named
        return values[0] if len(values) == 1 else list(values) or None

    def add(self, a: Number, b: Number) -> Number:
        return _number(a) + _number(b)

    def multiply(self, a: Number, b: Number) -> Number:
        return _number(a) * _number(b)

    def upper(self, text: str) -> str:
        if not isinstance(text, str):
            raise TypeError(f"upper takes a text, not {text!r}")
        return text.upper()

    def sleep(self, seconds: Number) -> Number:
        """Answers that many seconds later."""
        if not 0 <= _number(seconds) <= LONGEST_SLEEP_S:
            raise ValueError(f"sleep takes 0 to {LONGEST_SLEEP_S:.0f} seconds, not {seconds}")
        time.sleep(seconds)
        return seconds

    def fail(self, text: str = "this verb always fails") -> None:
        raise RuntimeError(text)


def _number(value: Number) -> Number:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"only numbers, please, not {value!r}")
    return value
