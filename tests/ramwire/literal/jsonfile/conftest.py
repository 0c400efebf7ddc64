from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.ramwire.command.processes import Finished, run_program, serving, started

PEERS = Path(__file__).parent.parent / "peers"


@dataclass(frozen=True)
class Shared:
    """A shared file, as a peer sees it."""

    path: Path

    @property
    def url(self) -> str:
        return f"jsonfile:{self.path}"

    @property
    def lock(self) -> FileLock:
        return FileLock(f"{self.path}.lock")

    def write(self, commands: dict[str, Any]) -> None:
        """In place, as a peer does that comes first."""
        with self.lock:
            self.path.write_text(json.dumps({"commands": commands}))

    def commands(self) -> dict[str, Any]:
        with self.lock:
            found: dict[str, Any] = json.loads(self.path.read_text())["commands"]
        return found

    def answer(self, uuid: str) -> Any:
        """The entry, once it is answered; None before."""
        entry = self.commands().get(uuid, {})
        return entry if "result" in entry or "error" in entry else None

    def served(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """By our server, with the command's echo verbs."""
        return serving("echo", self.url)

    def ask(self, *words: str) -> Finished:
        """The literal client, to its end."""
        return run_program((sys.executable, str(PEERS / "jsonfile_client.py"), str(self.path), *words))

    @contextmanager
    def peer(self, script: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A peer that runs beside the test, once it has said its first word."""
        with started((sys.executable, str(PEERS / script), str(self.path), *words)) as process:
            assert process.stdout is not None
            assert process.stdout.readline(), "the peer did not start"
            yield process


@pytest.fixture
def shared(drive: Path) -> Shared:
    return Shared(drive / "shared.json")
