from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Callable

import pytest

from tests.ramwire.command.processes import DEADLINE_S, Finished, run_program, started

EXAMPLES = Path(__file__).parents[3] / "examples"


class Peer:
    """An example that runs beside the test."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._heard = b""

    def hear(self) -> str:
        """The next line."""
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self._heard:
            assert select.select([fd], [], [], DEADLINE_S)[0], "it says nothing"
            said = os.read(fd, 4096)
            assert said, f"it has ended: {self.process.poll()}"
            self._heard += said
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode().strip()

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def leave(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(10)


def command(script: str) -> tuple[str, ...]:
    path = str(EXAMPLES / script)
    return (sys.executable, path) if script.endswith(".py") else ("bash", path)


def run(script: str, *arguments: str) -> Finished:
    """An example, to its end."""
    return run_program((*command(script), *arguments))


@pytest.fixture
def start() -> Iterator[Callable[..., Peer]]:
    """Start an example that is ended with the test."""
    with ExitStack() as stack:

        def start(script: str, *arguments: str) -> Peer:
            return Peer(stack.enter_context(started((*command(script), *arguments))))

        yield start
