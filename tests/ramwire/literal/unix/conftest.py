"""A fresh address and a key for each test."""

from __future__ import annotations

import pytest

from tests.ramwire.connection.ends import Meeting
from tests.ramwire.connection.places import keyfile, port, unix_meeting

__all__ = ["keyfile", "port", "unix_meeting"]


@pytest.fixture
def meeting(unix_meeting: Meeting) -> Meeting:
    return unix_meeting


@pytest.fixture
def url(meeting: Meeting) -> str:
    return meeting.url
