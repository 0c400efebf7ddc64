"""A client of the shared JSON file: add a command, look again and again until it has an answer.

usage: jsonfile_client.py PATH [COMMAND JSON-ARGS]...: adds them all at once, prints `sent`, then each answer
as a line of JSON, in order. Writes in place, under the lock, and does not truncate.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from typing import Any

from filelock import FileLock

PATIENCE_S = 10.0
NAP_S = 0.02  # it only looks and sleeps: that is what this peer is


class SharedFile:
    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = FileLock(f"{path}.lock")

    def add(self, commands: list[tuple[str, Any]]) -> list[str]:
        """Their UUIDs."""
        names = [str(uuid.uuid4()) for _ in commands]
        with self.lock, open(self.path, "r+") as file:
            content = json.load(file)
            for name, (command, args) in zip(names, commands):
                content["commands"][name] = {"command": command, "args": args}
            file.seek(0)
            json.dump(content, file)
        return names

    def wait_for(self, name: str) -> object:
        """The entry, without what was asked."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with self.lock, open(self.path) as file:
                entry = json.load(file)["commands"][name]
            if "result" in entry or "error" in entry:
                return {field: entry[field] for field in ("result", "error") if field in entry}
            time.sleep(NAP_S)
        sys.exit("no answer")


def show(value: object) -> None:
    sys.stdout.write(value if isinstance(value, str) else json.dumps(value))
    sys.stdout.write("\n")
    sys.stdout.flush()


def main() -> None:
    shared = SharedFile(sys.argv[1])
    words = sys.argv[2:]
    names = shared.add([(command, json.loads(args)) for command, args in zip(words[::2], words[1::2])])
    show("sent")
    for name in names:
        show(shared.wait_for(name))


main()
