"""Adds and multiplies numbers for whoever writes into a shared JSON file.

usage: alice.py jsonfile:PATH
"""

from __future__ import annotations

import contextlib
import sys
from numbers import Real

import ramwire

server = ramwire.Server(sys.argv[1])


@server.verb
def add(a: float, b: float) -> float:
    check(a, b)
    return a + b


@server.verb
def multiply(a: float, b: float) -> float:
    check(a, b)
    return a * b


def check(*values: object) -> None:
    for value in values:
        if not isinstance(value, Real):
            raise TypeError(f"{value!r} is no number")


with contextlib.suppress(KeyboardInterrupt):
    server.run()
