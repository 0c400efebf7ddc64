"""One of any number of workers that share the jobs of a queue; each job is done by one of them.

usage: alice.py 'redis://HOST:PORT/DB?service=NAME' [WORKER]
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

worker = sys.argv[2] if len(sys.argv) > 2 else "alice"
server = ramwire.Server(sys.argv[1])


@server.verb
def count(text: str) -> dict[str, object]:
    return {"words": len(text.split()), "by": worker}


with contextlib.suppress(KeyboardInterrupt):
    server.run()
