"""A client by the article's words: leave a file, wait until it is gone, poll for the answer, read it.

usage: article_client.py SERVICE LINE...: prints each answer as a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Callable

import mpu.io

PATIENCE_S = 10.0
NAP_S = 0.01  # it only lists and sleeps: that is what this peer is


class Alice:
    def __init__(self, service: str) -> None:
        self.server = os.path.join(service, "server")
        self.client = os.path.join(service, "client")
        self.sequence = 0

    def send(self, line: str) -> str:
        """Returns the request's name once it was received."""
        self.sequence += 1
        name = time.strftime("%Y%m%d%H%M%S") + f"_{self.sequence}"
        with open(os.path.join(self.server, name), "w") as file:
            file.write(f"{line}\n")
        wait(lambda: name not in os.listdir(self.server))
        return name

    def ask(self, line: str) -> object:
        reply = self.send(line) + ".pickle"
        wait(lambda: reply in os.listdir(self.client))
        path = os.path.join(self.client, reply)
        value: object = mpu.io.read(path)
        os.remove(path)
        return value


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("no answer")
        time.sleep(NAP_S)


def show(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def main() -> None:
    alice = Alice(sys.argv[1])
    alice.send("Hello")
    show("connected")
    for line in sys.argv[2:]:
        show(alice.ask(line))


main()
