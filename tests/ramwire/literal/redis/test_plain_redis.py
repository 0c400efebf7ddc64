"""redis-cli and plain redis-py are full peers: as a client of our server, as a server of our client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.redis.running import Redis

PEERS = Path(__file__).parents[1] / "peers"


def shell(redis: Redis, line: str) -> list[str]:
    """What redis-cli was answered: kind and text."""
    command = [str(PEERS / "redis_client.sh"), str(redis.directory / "redis.socket"), "bob", line]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.split("\n")[
        :2
    ]


def python(redis: Redis, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PEERS / "redis_client.py"), str(redis.port), "bob", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)


@contextmanager
def served_by_a_peer(redis: Redis) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(PEERS / "redis_server.py"), str(redis.port), "bob"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


@pytest.fixture
def url(redis: Redis) -> str:
    return redis.url("bob")


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


# Clients.


@pytest.mark.usefixtures("service")
def test_shell_reads_the_answer(redis: Redis) -> None:
    assert shell(redis, "add [2, 5]") == ["json", "7"]
    assert shell(redis, 'add {"a": 2, "b": 0.5}\n') == ["json", "2.5"]
    assert json.loads(shell(redis, 'echo "μ"')[1]) == "μ"


@pytest.mark.usefixtures("service")
def test_shell_reads_the_error_of_a_verb(redis: Redis) -> None:
    assert shell(redis, 'fail "no bed"') == ["error", "ValueError: no bed"]
    assert shell(redis, "nosuch")[1].startswith("UnknownVerb: there is no verb nosuch")


@pytest.mark.usefixtures("service")
def test_shell_is_answered_later(redis: Redis, url: str) -> None:
    command = [str(PEERS / "redis_client.sh"), str(redis.directory / "redis.socket"), "bob", "park x"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        redis.ask("XADD", "ramwire:{bob}:requests", "*", "line", 'park "x"')
        with ramwire.Client(url, timeout=10.0) as client:
            until(lambda: client.call("parked") == ["x"])
            client.call("release", "x", 7)
        asking.kill()


@pytest.mark.usefixtures("service")
def test_redis_py_calls(redis: Redis) -> None:
    done = python(redis, "echo", '{"a": [1, null, true]}')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"a": [1, None, True]})
    failed = python(redis, "fail", '"no bed"')
    assert (failed.returncode, failed.stderr.strip()) == (1, "ValueError: no bed")


@pytest.mark.usefixtures("service")
def test_request_without_an_answer_is_run(redis: Redis, url: str) -> None:
    for number in range(3):
        redis.ask("XADD", "ramwire:{bob}:requests", "*", "line", f"note [{number}]")
        with ramwire.Client(url, timeout=10.0) as client:
            until(lambda: len(client.call("notes")) == number + 1)  # noqa: B023 - it is over within the round


def test_request_that_was_deleted_is_not_run(redis: Redis, url: str) -> None:
    late, kept = (redis.ask("XADD", "ramwire:{bob}:requests", "*", "line", f"note [{n}]") for n in range(2))
    assert redis.ask("XDEL", "ramwire:{bob}:requests", late) == "1"
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        until(lambda: client.call("notes") == [1])
    assert kept


def test_request_that_lay_too_long_is_refused(redis: Redis, url: str) -> None:
    redis.ask("XADD", "ramwire:{bob}:requests", "*", "reply", "old", "line", "note [1]")
    with ServiceProcess(f"{url}&stale=0"), ramwire.Client(url, timeout=10.0) as client:
        until(lambda: "was not run" in redis.ask("XRANGE", "ramwire:{bob}:reply:old", "-", "+"))
        assert client.call("notes") == []


def test_nothing_is_left_of_a_shell(redis: Redis, url: str) -> None:
    with ServiceProcess(url) as service:
        assert shell(redis, "add [2, 5]") == ["json", "7"]
        (reply,) = redis.ask("KEYS", "ramwire:{bob}:reply:*").split()
        assert 0 < int(redis.ask("PTTL", reply)) <= 60_000
        assert redis.ask("XLEN", "ramwire:{bob}:requests") == "0"
        service.stop()


@pytest.mark.usefixtures("service")
def test_redis_cli_publishes_a_notice(redis: Redis, url: str) -> None:
    assert redis.ask("PUBLISH", "bob", "note [3]") == "1"
    with ramwire.Client(url, timeout=10.0) as client:
        until(lambda: client.call("notes") == [3])


# Servers.


def test_our_client_calls_a_peer(redis: Redis, url: str) -> None:
    with served_by_a_peer(redis), ramwire.Client(url, timeout=10.0) as client:
        assert client.ping() > 0
        assert client.call("add", 2, 5) == 7
        assert client.call("upper", text="howdy") == "HOWDY"
        client.notify("upper", "unheard")
        with pytest.raises(ramwire.RemoteError) as told:
            client.call("fail", "no bed")
        assert (told.value.kind, told.value.text) == ("ValueError", "no bed")


def test_peer_runs_nothing_that_was_withdrawn(redis: Redis, url: str) -> None:
    with ramwire.Client(url, timeout=10.0) as client:
        with pytest.raises(ramwire.Timeout) as told:
            client.call("add", 1, 1, timeout=0.1)
        assert not told.value.may_have_run
        with served_by_a_peer(redis):
            assert client.call("add", 2, 5) == 7


def test_peer_and_our_server_share_the_work(redis: Redis, url: str) -> None:
    with served_by_a_peer(redis) as peer, ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        assert [client.call("add", number, 1) for number in range(20)] == list(range(1, 21))
        peer.kill()
        assert [client.call("add", number, 1) for number in range(20)] == list(range(1, 21))


# Channels.


def test_redis_cli_is_the_other_end_of_a_channel(redis: Redis, url: str) -> None:
    with ramwire.Channel(url, end="server") as channel:
        until(lambda: redis.ask("PUBLISH", "bob", "ahoy, μ") == "1")
        assert channel.recv(timeout=10.0) == "ahoy, μ"
        listening = subprocess.Popen(redis.cli("SUBSCRIBE", "bob"), stdout=subprocess.PIPE, text=True)
        with listening:
            channel.send("aye", timeout=10.0)
            assert listening.stdout is not None
            heard = [listening.stdout.readline().strip() for _ in range(6)]
            listening.kill()
        assert heard[3:] == ["message", "bob", "aye"]
        with pytest.raises(ramwire.Timeout):
            channel.recv(timeout=0.1)  # not what it has sent itself
    assert os.listdir(redis.directory)
