"""A free port, and a service there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.service import serve

import ramwire
from tests.ramwire.http.places import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


@pytest.fixture
def server(url: str) -> Iterator[ramwire.Server]:
    """The same in this process, where nobody is to kill it: it starts in no time."""
    with serve(url) as server:
        yield server


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client
