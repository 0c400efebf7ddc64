from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ramwire.command.processes import Finished, run_program, started

PEERS = Path(__file__).parent.parent / "peers"


@dataclass(frozen=True)
class Memory:
    """A channel's place, as a peer sees it: a file."""

    path: Path

    @property
    def url(self) -> str:
        return f"mmap:{self.path}"

    def peer(self, script: str, *arguments: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """A Python peer that runs beside the test."""
        return started((sys.executable, str(PEERS / script), str(self.path), *arguments))

    def bash(self) -> Finished:
        """The bash reader, to its end."""
        return run_program((str(PEERS / "mmap_reader.sh"), str(self.path)))


@pytest.fixture
def memory(drive: Path) -> Memory:
    return Memory(drive / "channel")
