"""What `ramwire doctor` finds on this wire, and what it says to do."""

from __future__ import annotations

from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

from .running import Redis


def faults(url: str) -> list[str]:
    """Each with its remedy."""
    return [f"{each.what}. {each.remedy}" for each in ramwire.diagnose(url).findings if each.level == "fault"]


def notes(url: str) -> str:
    return "\n".join(each.what for each in ramwire.diagnose(url).findings if each.level == "note")


def test_served_address_is_healthy_and_its_server_named(redis: Redis) -> None:
    with ServiceProcess(redis.url()) as service:
        diagnosis = ramwire.diagnose(redis.url())
    assert diagnosis.healthy
    assert any(str(service.pid) in each.what for each in diagnosis.findings)


def test_missing_redis_is_told(redis: Redis) -> None:
    redis.kill()
    (fault,) = faults(redis.url())
    assert "cannot be reached" in fault
    assert "Start redis-server" in fault


def test_stopped_redis_is_told(redis: Redis) -> None:
    redis.pause()
    try:
        (fault,) = faults(redis.url())
    finally:
        redis.resume()
    assert "does not answer" in fault


def test_missing_server_and_waiting_requests_are_told(redis: Redis) -> None:
    redis.ask("XADD", "ramwire:{service}:requests", "*", "line", "note [1]")
    (fault,) = faults(redis.url())
    assert "nobody serves service" in fault
    assert "1 requests wait" in notes(redis.url())


def test_full_redis_is_told(redis: Redis) -> None:
    with ServiceProcess(redis.url()):
        redis.ask("CONFIG", "SET", "maxmemory", "1mb")
        (fault,) = faults(redis.url())
    assert "maxmemory" in fault


def test_redis_that_throws_things_away_is_noted(redis: Redis) -> None:
    redis.ask("CONFIG", "SET", "maxmemory", "100mb")
    redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    assert "allkeys-lru" in notes(redis.url())


def test_answers_that_a_dead_server_owes_are_noted(redis: Redis) -> None:
    with ServiceProcess(redis.url()) as service, ramwire.Client(redis.url(), timeout=10.0) as other:
        redis.ask("XADD", "ramwire:{service}:requests", "*", "line", "park [1]", "reply", "x")
        until(lambda: other.call("parked") == [1])
        service.kill()
        assert "owes 1 answers" in notes(redis.url())


def test_looking_makes_nothing(redis: Redis) -> None:
    ramwire.diagnose(redis.url())
    assert redis.ask("DBSIZE") == "0"
