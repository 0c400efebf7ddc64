"""A socket's name and a key for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ramwire.connection.ends import Meeting


@pytest.fixture
def meeting(drive: Path) -> Meeting:
    keyfile = drive / "given.key"
    keyfile.touch(0o600)
    keyfile.write_bytes(b"what both ends know")
    return Meeting(f"unix:{drive}/service?keyfile={keyfile}", f"{drive}/service", b"what both ends know")


@pytest.fixture
def url(meeting: Meeting) -> str:
    return meeting.url
