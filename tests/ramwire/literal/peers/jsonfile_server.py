"""A server of the shared JSON file: look, sleep, look again; run what has no answer yet, all under the lock.

usage: jsonfile_server.py PATH [blank]: until it is killed; with `blank` it begins with an empty file.
Commands: add, order (of all), sleep, anything else is an error. Writes in place, indented, and truncates.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from filelock import FileLock

NAP_S = 0.02  # it only looks and sleeps: that is what this peer is


class Bob:
    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = FileLock(f"{path}.lock")
        self.words: list[str] = []

    def begin(self, blank: bool) -> None:
        with self.lock:
            if blank or not os.path.exists(self.path):
                with open(self.path, "w") as file:
                    json.dump({"commands": {}}, file)

    def look(self) -> None:
        with self.lock, open(self.path, "r+") as file:
            content = json.load(file)
            waiting = [
                entry
                for entry in content["commands"].values()
                if "result" not in entry and "error" not in entry
            ]
            for entry in waiting:
                try:
                    entry["result"] = self.run(entry["command"], entry["args"])
                except (LookupError, TypeError) as error:
                    entry["error"] = str(error)
            if waiting:
                file.seek(0)
                json.dump(content, file, indent=2)
                file.truncate()

    def run(self, command: str, args: list[Any]) -> object:
        self.words.append(command)
        if command == "add":
            first, second = args
            return first + second
        if command == "order":
            return self.words
        if command == "sleep":
            time.sleep(args[0])
            return args[0]
        raise LookupError("Bob only adds numbers")


bob = Bob(sys.argv[1])
bob.begin("blank" in sys.argv[2:])
sys.stdout.write("serving\n")
sys.stdout.flush()
while True:
    bob.look()
    time.sleep(NAP_S)
