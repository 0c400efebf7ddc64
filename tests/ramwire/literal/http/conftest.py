from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ramwire.command.processes import Finished, run_program, serving, started
from tests.ramwire.http.places import free_port

PEERS = Path(__file__).parent.parent / "peers"


class Place:
    """An address, as a peer sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"

    def ask(self, *words: str) -> Finished:
        """The Python client, to its end."""
        style, *rest = words
        return run_program((sys.executable, str(PEERS / "http_client.py"), style, self.url, *rest))

    def curl(self, *words: str) -> Finished:
        """The shell's client, to its end."""
        style, *rest = words
        return run_program((str(PEERS / "http_client.sh"), style, self.url, *rest))

    @contextmanager
    def peer(self, manners: str) -> Iterator[subprocess.Popen[bytes]]:
        """The literal server, once it serves."""
        program = (sys.executable, str(PEERS / "http_server.py"), str(self.port), manners)
        with started(program) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"serving\n"
            yield process


@pytest.fixture
def place() -> Place:
    return Place(free_port())


@pytest.fixture
def echo(place: Place) -> Iterator[Place]:
    """With our server there, which has the command's echo verbs."""
    with serving("echo", place.url):
        yield place
