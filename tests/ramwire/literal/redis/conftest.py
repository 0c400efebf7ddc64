from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ramwire.redis.running import Redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path) as redis:
        yield redis
