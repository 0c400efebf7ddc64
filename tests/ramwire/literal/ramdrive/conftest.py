from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ramwire.command.processes import SERVICES, Finished, run_program, serving, started, until

PEERS = Path(__file__).parent.parent / "peers"


@dataclass(frozen=True)
class Service:
    """A service's place on the drive, as a peer sees it."""

    path: Path

    @property
    def url(self) -> str:
        return f"ramdrive:{self.path}"

    @property
    def server(self) -> Path:
        return self.path / "server"

    @property
    def client(self) -> Path:
        return self.path / "client"

    def make(self) -> None:
        """As a peer does that comes first."""
        for folder in (self.path.parent, self.path, self.server, self.client):
            folder.mkdir(mode=0o700)

    def leave(self, name: str, content: str) -> None:
        """Write a request in place, as a shell's `>` does."""
        (self.server / name).write_text(content)

    def take(self, reply: str) -> bytes:
        """Wait for a reply, read it and delete it."""
        path = self.client / reply
        until(path.exists, f"the reply {reply}; client/ has {os.listdir(self.client)}")
        content = path.read_bytes()
        path.unlink()
        return content

    def is_empty(self) -> bool:
        return not os.listdir(self.server) and not os.listdir(self.client)

    def bash(self, name: str, line: str) -> Finished:
        """The bash client, to its end."""
        return run_program((str(PEERS / "client.sh"), str(self.path), name, line))

    def served(self, target: str = "", options: str = "") -> AbstractContextManager[subprocess.Popen[bytes]]:
        """By our server: one of `services`, or the command's echo verbs."""
        if target:
            return serving("serve", self.url + options, target, cwd=SERVICES)
        return serving("echo", self.url + options)

    def peer(self, script: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """A Python peer that runs beside the test."""
        return started((sys.executable, "-W", "ignore", str(PEERS / script), str(self.path)))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path / "drive" / "alice")


@pytest.fixture
def echo(service: Service) -> Iterator[Service]:
    with service.served():
        yield service


@pytest.fixture
def recorder(service: Service) -> Iterator[Service]:
    """With a service that remembers the order in which it was asked."""
    with service.served("recorder:Recorder"):
        yield service
