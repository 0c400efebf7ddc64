"""Fixtures: a fresh address of each wire."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing.addresses import free_port

from tests.ramwire.connection.ends import Meeting

KEY = b"what both ends know"


@pytest.fixture
def keyfile(drive: Path) -> Path:
    path = drive / "given.key"
    path.touch(0o600)
    path.write_bytes(KEY + b"\n")
    return path


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def unix_meeting(drive: Path, keyfile: Path) -> Meeting:
    return Meeting(f"unix:{drive}/service?keyfile={keyfile}", f"{drive}/service", KEY)


@pytest.fixture
def tcp_meeting(port: int, keyfile: Path) -> Meeting:
    return Meeting(f"tcp:127.0.0.1:{port}?keyfile={keyfile}", ("127.0.0.1", port), KEY)
