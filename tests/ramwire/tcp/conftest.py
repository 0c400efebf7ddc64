"""A port and a key for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing.addresses import free_port

from tests.ramwire.connection.ends import Meeting

KEY = b"what both ends know"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def keyfile(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(KEY + b"\n")
    return path


@pytest.fixture
def meeting(port: int, keyfile: Path) -> Meeting:
    return Meeting(f"tcp:127.0.0.1:{port}?keyfile={keyfile}", ("127.0.0.1", port), KEY)


@pytest.fixture
def url(meeting: Meeting) -> str:
    return meeting.url
