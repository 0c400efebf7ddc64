"""A server in a few lines of the standard library: it gets `[verb, argument, …]` and sends the value, or the
exception.

usage: connection_server.py ADDRESS KEYFILE: says `ready` when it listens. ADDRESS is a path, or HOST:PORT.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection, Listener
from typing import Any, Callable


class Custom(Exception):
    pass


def fail() -> None:
    raise Custom("made here")


NOTES: list[Any] = []

VERBS: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "echo": lambda value: value,
    "note": NOTES.append,
    "notes": lambda: NOTES,
    "sleep": time.sleep,
    "divide": lambda a, b: a / b,
    "custom": fail,
}


def converse(connection: Connection) -> None:
    with connection:
        while True:
            try:
                verb, *args = connection.recv()
            except EOFError:
                return
            try:
                answer = VERBS[verb](*args)
            except Exception as error:  # noqa: BLE001 - it is the answer
                answer = error
            connection.send(answer)


def main(where: str, keyfile: str) -> None:
    host, colon, port = where.rpartition(":")
    with open(keyfile, "rb") as file:
        key = file.read().strip()
    with Listener((host, int(port)) if colon else where, backlog=16, authkey=key) as listener:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            try:
                connection = listener.accept()
            except (EOFError, OSError):
                continue  # it left before it had shown the key
            threading.Thread(target=converse, args=(connection,), daemon=True).start()


main(*sys.argv[1:])
