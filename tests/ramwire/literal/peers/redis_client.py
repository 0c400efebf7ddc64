"""redis_client.py PORT SERVICE VERB [ARG...]: calls with redis-py alone; each ARG and the answer are JSON."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

import redis


class Caller:
    def __init__(self, port: int, service: str) -> None:
        self.redis: Any = redis.Redis(port=port, protocol=2, socket_timeout=20)
        self.root = f"ramwire:{{{service}}}:"
        self.token = secrets.token_hex(4)
        self.seen = "0"

    def call(self, verb: str, *args: object) -> Any:
        line = f"{verb} {json.dumps(list(args))}" if args else verb
        request = self.redis.xadd(self.root + "requests", {"reply": self.token, "line": line})
        while True:
            for _, entries in self.redis.xread({f"{self.root}reply:{self.token}": self.seen}, block=10_000):
                for self.seen, fields in entries:
                    if fields[b"for"] != request:
                        continue
                    if b"error" in fields:
                        raise SystemExit(fields[b"error"].decode())
                    if b"json" in fields:
                        return json.loads(fields[b"json"])


caller = Caller(int(sys.argv[1]), sys.argv[2])
sys.stdout.write(json.dumps(caller.call(sys.argv[3], *map(json.loads, sys.argv[4:]))))
