from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import ramwire

from .running import Redis

_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """For tests that do nothing to it."""
    with Redis(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """For tests that kill it."""
    with Redis(tmp_path) as redis:
        yield redis


@pytest.fixture
def url(shared_redis: Redis) -> str:
    return shared_redis.url(f"service{next(_numbers)}")


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client
