"""A port and a key for each test."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest


@pytest.fixture
def port() -> int:
    """One that is free now; nobody else is given it for a while."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def keyfile(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text("what both ends know\n")
    return path


@pytest.fixture
def url(port: int, keyfile: Path) -> str:
    return f"tcp:127.0.0.1:{port}?keyfile={keyfile}"
