"""Who is there, and who hears what is published: seen by a console, and by any program that can PUBLISH."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack

import pytest
import ramwire.redis
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

from .running import Redis


def pids(url: str) -> list[int]:
    return sorted(presence.pid for presence in ramwire.redis.services(url))


def test_console_lists_the_servers_of_all_services(redis: Redis) -> None:
    with ServiceProcess(redis.url("alice")) as alice, ServiceProcess(redis.url("bob")) as bob:
        there = ramwire.redis.services(f"redis://127.0.0.1:{redis.port}/0")
        assert [(each.service, each.pid) for each in there] == [("alice", alice.pid), ("bob", bob.pid)]
        assert pids(redis.url("bob")) == [bob.pid]
        assert there[0].host == os.uname().nodename
    assert pids(f"redis://127.0.0.1:{redis.port}/0") == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_killed_server_is_not_listed_and_a_stopped_one_is_for_its_time(
    url: str, number: signal.Signals
) -> None:
    with ServiceProcess(f"{url}&ttl=1.5") as service:
        assert pids(url) == [service.pid]
        if number == signal.SIGKILL:
            service.kill()
            until(lambda: pids(url) == [], 1.0)
        else:
            service.pause()
            assert pids(url) == [service.pid]
            until(lambda: pids(url) == [])
            service.send(signal.SIGCONT)
            until(lambda: pids(url) == [service.pid])


def test_presence_is_renewed(shared_redis: Redis, url: str) -> None:
    with ServiceProcess(f"{url}&ttl=0.4") as service:
        since = {each.since_s for each in ramwire.redis.services(url)}
        (name,) = shared_redis.ask("KEYS", f"ramwire:{{{url.partition('service=')[2]}}}:server:*").split()
        before_ms = int(shared_redis.ask("PTTL", name))
        until(lambda: int(shared_redis.ask("PTTL", name)) < before_ms)
        fallen_ms = int(shared_redis.ask("PTTL", name))
        until(lambda: int(shared_redis.ask("PTTL", name)) > fallen_ms)
        assert pids(url) == [service.pid]
        assert {each.since_s for each in ramwire.redis.services(url)} == since


def test_presence_comes_back_with_redis(redis: Redis) -> None:
    with ServiceProcess(redis.url()) as service:
        redis.kill()
        with pytest.raises(ramwire.Timeout, match="cannot be reached"):
            ramwire.redis.services(redis.url(), timeout=0.5)
        redis.start()
        until(lambda: pids(redis.url()) == [service.pid])


def test_record_that_is_none_is_passed_over(redis: Redis) -> None:
    with ServiceProcess(redis.url()) as service:
        name = f"ramwire:{{service}}:server:{ramwire.redis.services(redis.url())[0].server}"
        for junk in ("", "[]", '{"service": 1}', "[" * 9000, '{"pid": 1e999}'):
            redis.ask("SET", name, junk or " ")
            assert pids(redis.url()) == []
        assert service.pid


# Notices.


def publish(redis: Redis, line: str, service: str = "service") -> int:
    """As any program does; how many have heard it."""
    return int(redis.ask("PUBLISH", service, line))


def test_published_line_is_run_once_by_one_of_those_who_share_the_name(redis: Redis) -> None:
    url = redis.url()
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(ServiceProcess(url))
        client = stack.enter_context(ramwire.Client(url, timeout=10.0))
        heard = [publish(redis, "note [7]") for _ in range(5)]
        assert heard == [1] * 5
        # Each server has notes of its own: the calls go round.
        until(lambda: max(len(client.call("notes")) for _ in range(6)) == 5)
        seen = [tuple(client.call("notes")) for _ in range(9)]
        assert set(seen) == {(), (7,) * 5}


def test_next_server_hears_at_once_when_the_listener_stops(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url) as first, ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        first.stop()
        until(lambda: publish(redis, "note [1]") == 1, 5.0)
        until(lambda: client.call("notes") == [1])


def test_next_server_hears_when_the_listener_was_killed(redis: Redis) -> None:
    url = redis.url(options="&ttl=1")
    with ServiceProcess(url) as first, ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        first.kill()
        until(lambda: publish(redis, "note [1]") == 1)
        until(lambda: client.call("notes") == [1])


def test_listener_whose_key_is_lost_stays_the_only_one(redis: Redis) -> None:
    url = redis.url(options="&ttl=0.4")
    with ServiceProcess(url), ServiceProcess(url), ramwire.Client(url, timeout=10.0):
        for _ in range(3):
            redis.ask("FLUSHALL")
            until(lambda: redis.ask("EXISTS", "ramwire:{service}:listener") == "1")
            assert publish(redis, "note [1]") == 1


def test_stopped_listener_is_not_replaced(redis: Redis) -> None:
    """It would run what it has heard when it goes on, and so would the other."""
    url = redis.url(options="&ttl=0.3")
    with ServiceProcess(url) as first, ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        first.pause()
        until(lambda: pids(url) != [], 5.0)
        assert publish(redis, "note [1]") == 1
        first.send(signal.SIGCONT)
        until(lambda: [1] in [client.call("notes") for _ in range(4)])
        assert {tuple(client.call("notes")) for _ in range(9)} == {(), (1,)}


def test_notices_are_run_in_the_order_published(redis: Redis) -> None:
    with ServiceProcess(redis.url()), ramwire.Client(redis.url(), timeout=10.0) as client:
        for number in range(20):
            publish(redis, f"note [{number}]\n")
        until(lambda: len(client.call("notes")) == 20)
        assert client.call("notes") == list(range(20))


@pytest.mark.parametrize(
    "line", ["", "fail", "1", "note NaN", "\udcff", "note [" + "[" * 5000, "Hello", "nosuch"]
)
def test_junk_that_is_published_harms_nobody(redis: Redis, line: str) -> None:
    with ServiceProcess(redis.url()), ramwire.Client(redis.url(), timeout=10.0) as client:
        assert publish(redis, line) == 1
        publish(redis, "note [1]")
        until(lambda: client.call("notes") == [1])
