"""A fresh address and a key for each test."""

from __future__ import annotations

import pytest

from tests.ramwire.connection.ends import Meeting
from tests.ramwire.connection.places import keyfile, port, tcp_meeting

__all__ = ["keyfile", "port", "tcp_meeting"]


@pytest.fixture
def meeting(tcp_meeting: Meeting) -> Meeting:
    return tcp_meeting


@pytest.fixture
def url(meeting: Meeting) -> str:
    return meeting.url
