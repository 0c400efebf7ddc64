"""Multiplies for whoever has the key, over a Unix socket or TCP; any number of clients at once.

usage: alice.py unix:PATH, or tcp:HOST:PORT?keyfile=FILE
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

server = ramwire.Server(sys.argv[1])


@server.verb
def multiply(a: int, b: int) -> int:
    return a * b


@server.verb
def goodbye() -> None:
    server.stop()


with contextlib.suppress(KeyboardInterrupt):
    server.run()
