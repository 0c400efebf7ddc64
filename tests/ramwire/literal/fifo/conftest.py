from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ramwire.command.processes import Finished, run_program, serving, started

PEERS = Path(__file__).parent.parent / "peers"


@dataclass(frozen=True)
class Fifos:
    """An address, as a peer sees it."""

    path: Path
    framing: str

    @property
    def url(self) -> str:
        return f"fifo:{self.path}?framing={self.framing}"

    def run(self, script: str, *arguments: str) -> Finished:
        """A peer, to its end."""
        return run_program((*_program(script), str(self.path), *arguments))

    def peer(self, script: str, *arguments: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """A peer that runs beside the test."""
        return started((*_program(script), str(self.path), *arguments))

    def served(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """By our server, with the command's echo verbs."""
        return serving("echo", self.url)


def _program(script: str) -> tuple[str, ...]:
    path = str(PEERS / script)
    return (path,) if script.endswith(".sh") else (sys.executable, path)


@pytest.fixture
def fifos(tmp_path: Path) -> Fifos:
    return Fifos(tmp_path / "alice", "line")


@pytest.fixture(params=["line", "u32le", "x4"])
def framed(tmp_path: Path, request: pytest.FixtureRequest) -> Fifos:
    """In each of the framings."""
    return Fifos(tmp_path / "alice", request.param)
