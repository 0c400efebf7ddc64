from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

import ramwire


def waits_in_poll(pid: int) -> bool:
    """Whether the main thread of a process does."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        if stat.read().rpartition(")")[2].split()[0] != "S":
            return False
    with open(f"/proc/{pid}/wchan", encoding="ascii") as wchan:
        return "poll" in wchan.read()


@pytest.fixture
def folder(drive: Path) -> Path:
    """The folder of the address; nobody has made it yet."""
    return drive / "service"


@pytest.fixture
def url(folder: Path) -> str:
    return f"fifo:{folder}"


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client


@pytest.fixture
def server_end(url: str) -> Iterator[ramwire.Channel[str]]:
    with ramwire.Channel(url, end="server") as channel:
        yield channel
