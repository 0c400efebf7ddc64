"""A client in a few lines of the standard library: `multiprocessing.connection` and nothing else.

usage: connection_client.py ADDRESS KEYFILE: takes requests as JSON lists from its standard input, and prints
each answer as a line of JSON, an exception as its class and its text. ADDRESS is a path, or HOST:PORT.
"""

from __future__ import annotations

import json
import sys
from multiprocessing.connection import Client


def main(where: str, keyfile: str) -> None:
    host, colon, port = where.rpartition(":")
    with open(keyfile, "rb") as file:
        key = file.read().strip()
    with Client((host, int(port)) if colon else where, authkey=key) as connection:
        for line in sys.stdin:
            connection.send(json.loads(line))
            answer = connection.recv()
            if isinstance(answer, Exception):
                answer = {"error": type(answer).__name__, "text": str(answer)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


main(*sys.argv[1:])
