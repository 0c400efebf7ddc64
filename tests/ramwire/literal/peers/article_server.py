"""A server by the article's words: it lists, sleeps, takes every name for a message, and writes in place.

usage: article_server.py SERVICE: until it is killed. Verbs: add, upper, order (of all verbs), big, fail.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time

NAP_S = 0.01  # it only lists and sleeps: that is what this peer is
HALFWAY_S = 0.02
BIG_BYTES = 300_000


class Bob:
    def __init__(self, service: str) -> None:
        self.server = os.path.join(service, "server")
        self.client = os.path.join(service, "client")
        self.words: list[str] = []

    def serve(self) -> None:
        while True:
            for name in sorted(os.listdir(self.server), key=by_time_and_number):
                self.answer(name)
            time.sleep(NAP_S)

    def answer(self, name: str) -> None:
        path = os.path.join(self.server, name)
        try:
            with open(path) as file:
                line = file.read()
            os.remove(path)
        except FileNotFoundError:
            return  # withdrawn
        if not line.endswith("\n"):
            sys.exit(f"half a request in {name}: {line!r}")
        if line == "Hello\n":
            return
        verb, _, args = line[:-1].partition(" ")
        try:
            value = self.run(verb, json.loads(args) if args else [])
        except LookupError as error:
            write_slowly(os.path.join(self.client, f"{name}.error"), str(error).encode())
        else:
            # What mpu.io.write writes into a .pickle.
            write_slowly(os.path.join(self.client, f"{name}.pickle"), pickle.dumps(value))

    def run(self, verb: str, args: list[object]) -> object:
        self.words.append(verb)
        if verb == "add":
            return int(str(args[0])) + int(str(args[1]))
        if verb == "upper":
            return str(args[0]).upper()
        if verb == "order":
            return self.words
        if verb == "big":
            return b"x" * BIG_BYTES
        raise LookupError("Alice is only going to add numbers")


def by_time_and_number(name: str) -> tuple[str, int]:
    """YYYYMMDDHHMMSS_N, after which a token and an extension may stand."""
    moment, _, rest = name.partition("_")
    return moment, int(rest.partition(".")[0].partition("-")[0])


def write_slowly(path: str, content: bytes) -> None:
    half = len(content) // 2
    with open(path, "wb") as file:
        file.write(content[:half])
        file.flush()
        time.sleep(HALFWAY_S)
        file.write(content[half:])


service = sys.argv[1]
for folder in ("server", "client"):
    os.makedirs(os.path.join(service, folder), mode=0o700, exist_ok=True)
os.chmod(service, 0o700)
Bob(service).serve()
