from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Optional

import pytest
from ramwire.testing.process import until

import ramwire

CLIENT = """
import os, sys, ramwire
def say(word):
    os.write(1, f"{word}\\n".encode())  # a signal may come in the midst of a buffer's own write
with ramwire.Presence(sys.argv[1]).watch(on_up=lambda: say("up"), on_down=lambda: say("down")) as server:
    say(server.is_up)
    while sys.stdin.readline():
        say(server.is_up)
"""

SERVER = """
import sys, ramwire
with ramwire.Presence(sys.argv[1]).announce() as told:
    sys.stdout.write(f"{told}\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


DEADLINE_S = 20.0


class Peer:
    """A process that says something, line by line."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._heard = b""
        self.pid = self._process.pid

    def hear(self) -> str:
        """The next line; "" once it has ended."""
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        while b"\n" not in self._heard:
            assert select.select([fd], [], [], DEADLINE_S)[0], "it says nothing"
            said = os.read(fd, 4096)
            if not said:
                return ""
            self._heard += said
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode().strip()

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def ask(self) -> str:
        """Of a client of ours: whether the server is up, after whatever it has said before."""
        self.say("")
        return self.hear()

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self._process.wait(10)

    def leave(self) -> int:
        """Let it end by itself; its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(10)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        if self.is_alive:
            self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            if not pipe.closed:
                pipe.close()


class Room:
    """A presence's folder, and the processes around it."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.path = path
        self.url = f"signal:{path}"
        self._stack = stack

    def start(self, *command: str) -> Peer:
        peer = Peer(command)
        self._stack.callback(peer.end)
        return peer

    def client(self) -> Peer:
        """One of ours, that has said whether the server was up."""
        return self.start(sys.executable, "-c", CLIENT, self.url)

    def server(self) -> Peer:
        """One of ours; it says whom it has told."""
        return self.start(sys.executable, "-c", SERVER, self.url)

    def bash(self, script: str) -> Peer:
        """A process that runs a script, once it has said `ready`."""
        peer = self.start("bash", "-c", f"{script}; echo ready; read line")
        assert peer.hear() == "ready"
        return peer

    def register(self, pid: int, content: Optional[str] = None) -> Path:
        """As a foreign client does."""
        pids = self.path / "pids"
        for folder in (self.path, pids):
            folder.mkdir(mode=0o700, exist_ok=True)
        file = pids / str(pid)
        file.write_text(content or "")
        return file

    def pids(self) -> list[str]:
        return sorted(file.name for file in (self.path / "pids").iterdir())

    def announce(self) -> list[int]:
        """Up and down; whom the first has told."""
        with ramwire.Presence(self.url).announce() as told:
            return told


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(tmp_path / "alice", stack)


def gone(peer: Peer) -> None:
    until(lambda: not peer.is_alive)
