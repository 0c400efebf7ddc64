"""A free port for each test."""

from __future__ import annotations

import pytest

from tests.ramwire.http.places import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"
