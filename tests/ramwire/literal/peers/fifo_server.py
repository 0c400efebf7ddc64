"""A server of the two FIFOs: one request after the other, an answer to each.

usage: fifo_server.py DIR FRAMING keep|reopen: until it is killed. `keep` opens both FIFOs once; `reopen`
opens `send` anew when its writers have gone, and `recv` for each answer. Verbs: add, upper, order (of all
verbs), sleep, big.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import fifo_frames  # type: ignore[import-not-found] # found beside the script


class Bob:
    def __init__(self, folder: str, framing: str) -> None:
        self.send = os.path.join(folder, "send")
        self.recv = os.path.join(folder, "recv")
        self.framing = framing
        self.words: list[str] = []
        os.makedirs(folder, 0o700, exist_ok=True)
        for path in (self.send, self.recv):
            with suppress(FileExistsError):
                os.mkfifo(path, 0o600)

    def keep(self) -> None:
        with open(self.send, "rb") as requests, open(self.recv, "wb") as answers:
            for answer in self.answers(requests):
                fifo_frames.write(answers, self.framing, answer)

    def reopen(self) -> None:
        with open(self.send, "rb") as requests:
            for answer in self.answers(requests):
                with open(self.recv, "wb") as answers:
                    fifo_frames.write(answers, self.framing, answer)

    def answers(self, requests: Any) -> Iterator[bytes]:
        while True:
            line = fifo_frames.read(requests, self.framing).decode()
            if not line:
                return
            if line != "Hello":
                yield self.answer(line).encode()

    def answer(self, line: str) -> str:
        verb, _, args = line.partition(" ")
        self.words.append(verb)
        try:
            return f"ok {json.dumps(self.run(verb, json.loads(args) if args else []))}"
        except LookupError as error:
            return f"error {error.args[0]}"

    def run(self, verb: str, args: list[Any]) -> object:
        if verb == "add":
            return args[0] + args[1]
        if verb == "upper":
            return args[0].upper()
        if verb == "order":
            return self.words
        if verb == "sleep":
            time.sleep(args[0])
            return args[0]
        if verb == "big":
            return "x" * 300_000
        raise LookupError(f"Alice knows no {verb}")


def main() -> None:
    folder, framing, habit = sys.argv[1:]
    bob = Bob(folder, framing)
    while True:
        getattr(bob, habit)()


main()
