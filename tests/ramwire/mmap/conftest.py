from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

import ramwire


@pytest.fixture
def path(drive: Path) -> Path:
    return drive / "service"


@pytest.fixture
def url(path: Path) -> str:
    return f"mmap:{path}"


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client
