"""The `redis:` wire passes the suite, and so does `rediss:`, over TLS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest
from ramwire.testing import ChannelSuite, WireSuite

from .running import Redis, Tls

SHARES = "servers of one name share the work, so a second one is welcome"


class TestRedis(WireSuite):
    scheme = "redis"
    lacks: ClassVar[Mapping[str, str]] = {
        "test_second_server_is_refused_and_told_who_serves": SHARES,
    }


class TestRedisChannel(ChannelSuite):
    scheme = "redis"


@pytest.fixture(scope="session")
def tls_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    directory = tmp_path_factory.mktemp("rediss")
    with Redis(directory, tls=Tls(directory)) as redis:
        yield redis


class TestRediss(WireSuite):
    scheme = "rediss"
    lacks: ClassVar[Mapping[str, str]] = TestRedis.lacks

    @pytest.fixture
    def url(self, tls_redis: Redis, request: pytest.FixtureRequest) -> str:
        return tls_redis.url(f"service{abs(hash(request.node.name))}")
