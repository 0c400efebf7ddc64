"""redis_server.py PORT SERVICE: serves add, upper and fail with redis-py alone, one after the other."""

from __future__ import annotations

import json
import secrets
import sys
from contextlib import suppress
from typing import Any

import redis


def add(a: float, b: float) -> float:
    return a + b


def upper(text: str) -> str:
    return text.upper()


def fail(text: str) -> None:
    raise ValueError(text)


VERBS: dict[str, Any] = {"add": add, "upper": upper, "fail": fail}


def run(line: bytes) -> Any:
    verb, _, args = line.decode().strip().partition(" ")
    value = json.loads(args) if args else []
    positional, named = (
        ([], value) if isinstance(value, dict) else (value if isinstance(value, list) else [value], {})
    )
    return VERBS[verb](*positional, **named)


def main() -> None:
    port, service = int(sys.argv[1]), sys.argv[2]
    connection: Any = redis.Redis(port=port, protocol=2)
    root, token = f"ramwire:{{{service}}}:", secrets.token_hex(8)
    requests = root + "requests"
    alive: Any = connection.pubsub()
    alive.subscribe(f"{root}server:{token}", f"{root}servers")
    alive.get_message(timeout=10)
    connection.set(f"{root}server:{token}", "{}", px=60_000)
    with suppress(redis.ResponseError):  # it is there
        connection.xgroup_create(requests, "ramwire", "0", mkstream=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for _, entries in connection.xreadgroup("ramwire", token, {requests: ">"}, count=1, block=0):
            for request, fields in entries:
                serve(connection, root, request, fields)
                connection.xack(requests, "ramwire", request)


def serve(connection: Any, root: str, request: bytes, fields: dict[bytes, bytes]) -> None:
    client = fields.get(b"client")
    reply = f"{root}reply:{(client or fields.get(b'reply', b'')).decode()}"
    taken = connection.xdel(root + "requests", request)
    if not taken or (client and not connection.pubsub_numsub(reply)[0][1]):
        return
    line = fields.get(b"line") or fields[b"note"]
    if line.strip() == b"Hello":
        connection.xadd(reply, {"for": request, "taken": "1"}, nomkstream=bool(client))
        return
    if b"note" in fields:
        connection.xadd(reply, {"for": request, "taken": "1"}, nomkstream=bool(client))
    try:
        answer = {"json": json.dumps(run(line))}
    except Exception as error:  # noqa: BLE001 - whatever it was, it is the answer
        answer = {"error": f"{type(error).__name__}: {error}"}
    if b"note" in fields:
        answer = {"done": "1"}
    connection.xadd(reply, {"for": request, **answer}, nomkstream=bool(client))
    if not client:
        connection.expire(reply, 60)


main()
