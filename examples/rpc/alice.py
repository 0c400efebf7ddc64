"""Tells the weather, which it makes up, over HTTP: JSON-RPC, XML-RPC, or a plain POST.

usage: alice.py http://127.0.0.1:PORT/
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

server = ramwire.Server(sys.argv[1])


@server.verb
def weather(town: str, day: str = "today") -> dict[str, object]:
    return {"town": town, "day": day, "celsius": len(town) + len(day), "sky": "clear"}


with contextlib.suppress(KeyboardInterrupt):
    server.run()
