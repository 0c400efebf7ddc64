"""Ends that die, and a Redis that dies, stops, forgets or is full."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import ramwire.redis
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

from .running import Redis

KILLS = int(os.environ.get("RAMWIRE_STORM", "10"))
KEPT = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


def keys(redis: Redis, url: str) -> list[str]:
    """Every key of the service at an address."""
    name = url.partition("service=")[2].partition("&")[0]
    return redis.ask("KEYS", f"ramwire:{{{name}}}:*").split()


def unsure(client: ramwire.Client, number: int) -> bool | None:
    """True: it ran. False: it never will. None: it may have run."""
    try:
        client.call("note", number, timeout=2.0)
    except ramwire.Timeout as error:
        return None if error.may_have_run else False
    except (ramwire.ReplyLost, ramwire.ServerGone):
        return None
    return True


# Redis.


@pytest.mark.parametrize("options", [(), KEPT], ids=["data lost", "data kept"])
def test_both_ends_go_on_after_redis_was_killed(tmp_path: Path, options: tuple[str, ...]) -> None:
    with Redis(tmp_path, *options) as redis:
        url = redis.url()
        with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
            for _ in range(3):
                assert client.call("pid") == service.pid
                redis.kill()
                redis.start()
            assert client.call("pid") == service.pid


@pytest.mark.parametrize("options", [(), KEPT], ids=["data lost", "data kept"])
def test_nothing_is_lost_unsaid_or_doubled_while_redis_is_killed_at_random(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    dice = random.Random(4)  # noqa: S311 - a storm that can be repeated
    ended = threading.Event()
    fates: dict[int, bool | None] = {}

    def work(worker: int) -> None:
        with ramwire.Client(url) as client:
            number = worker
            while not ended.is_set():
                fates[number] = unsure(client, number)
                number += 4

    with Redis(tmp_path, *options) as redis, ThreadPoolExecutor(4) as pool:
        url = redis.url()
        with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as asking:
            working = [pool.submit(work, worker) for worker in range(4)]
            for _ in range(KILLS):
                ended.wait(dice.uniform(0.1, 0.5))
                redis.kill()
                redis.start()
            before = len(fates)
            until(lambda: len(fates) > before + 50)
            ended.set()
            for each in working:
                each.result()
            ran = asking.call("notes")
    assert len(ran) == len(set(ran)), "a request has run twice"
    assert {number for number, fate in fates.items() if fate} <= set(ran)
    assert not {number for number, fate in fates.items() if fate is False} & set(ran)


def test_request_left_in_a_stopped_redis_never_runs(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url) as client, ramwire.Client(url, timeout=10.0) as other:
        assert client.call("notes") == []
        redis.pause()
        try:
            with pytest.raises(ramwire.Timeout):
                client.call("note", "late", timeout=0.2)
        finally:
            redis.resume()
        assert [other.call("echo", number) for number in range(10)] == list(range(10))
        assert other.call("notes") == []


def test_large_request_to_a_stopped_redis_ends_by_its_timeout(redis: Redis) -> None:
    """The kernel takes only a part of it."""
    with ramwire.Client(redis.url()) as client, ServiceProcess(client.url):
        assert client.call("echo", 1) == 1
        redis.pause()
        try:
            begin = time.monotonic()
            with pytest.raises(ramwire.Timeout):
                client.call("note", "x" * 4_000_000, timeout=0.5)
            assert time.monotonic() - begin < 3.0
        finally:
            redis.resume()
        assert client.call("notes", timeout=10.0) == []


def test_channel_closes_while_it_connects_to_a_stopped_redis(redis: Redis) -> None:
    with (
        ramwire.Channel(redis.url(), end="server") as server,
        ramwire.Channel(redis.url(), end="client"),
        ThreadPoolExecutor(2) as pool,
    ):
        # Both listen, and neither has a connection to send by.
        until(lambda: redis.ask("PUBSUB", "NUMSUB", "service").split()[-1] == "2")
        redis.pause()
        try:
            sent = [pool.submit(server.send, "late") for _ in range(2)]
            until(lambda: all(each.running() for each in sent))
            begin = time.monotonic()
            server.close()
            for each in sent:
                with pytest.raises(ramwire.Refused):
                    each.result()
            assert time.monotonic() - begin < 3.0
        finally:
            redis.resume()


def test_server_that_was_handed_no_request_stops_cleanly(shared_redis: Redis, url: str) -> None:
    with ramwire.Server(url):
        requests = keys(shared_redis, url)[0].rpartition("}:")[0] + "}:requests"
        (server,) = (key for key in keys(shared_redis, url) if ":server:" in key)
        script = "redis.call('XADD', KEYS[1], '*', 'junk', '1');"
        script += "return redis.call('XREADGROUP', 'GROUP', 'ramwire', ARGV[1], 'STREAMS', KEYS[1], '>')"
        assert "junk" in shared_redis.ask("EVAL", script, "1", requests, server.rpartition(":")[2])
    assert keys(shared_redis, url) == []


def test_call_outlives_a_pause_of_redis(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url, timeout=20.0) as client:
        answer = client.submit("sleep", 0.3)
        until(answer.running)
        redis.pause()
        with pytest.raises(futures.TimeoutError):
            answer.exception(timeout=0.6)
        redis.resume()
        assert answer.result() == 0.3


def test_caller_is_told_when_redis_forgets_its_request(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url) as client, ramwire.Client(url, timeout=10.0) as other:
        answer = client.submit("park", "x", timeout=600.0)
        until(lambda: other.call("parked") == ["x"])
        redis.ask("FLUSHALL")
        with pytest.raises(ramwire.ReplyLost, match="lost its data"):
            answer.result(timeout=10)
        assert client.call("echo", 1, timeout=10.0) == 1


@pytest.mark.parametrize("verb", ["at once", "slowly", "later"])
def test_answer_arrives_though_redis_has_forgotten_where_to(redis: Redis, verb: str) -> None:
    """As when its clock is set forward: every time to live has passed."""
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1
        with ramwire.Client(url, timeout=10.0) as other:
            answer = client.submit("park", "x") if verb == "later" else client.submit("sleep", 0.6)
            until(answer.running)
            if verb == "later":
                until(lambda: other.call("parked") == ["x"])
            if verb == "at once":
                assert answer.result() == 0.6
            for key in redis.ask("KEYS", "ramwire:{service}:reply:*").split():
                redis.ask("DEL", key)
            if verb == "at once":
                assert client.call("echo", 2) == 2
            elif verb == "slowly":
                assert answer.result() == 0.6
            else:
                other.call("release", "x", 3)
                assert answer.result() == 3


def test_full_redis_is_an_error_and_work_goes_on_when_there_is_room(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1
        redis.ask("CONFIG", "SET", "maxmemory", "1mb")
        with pytest.raises(ramwire.NoSpace, match="maxmemory"):
            client.call("note", "no room")
        redis.ask("CONFIG", "SET", "maxmemory", "0")
        assert client.call("notes") == []


def test_caller_is_told_when_its_answer_finds_no_room(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url), ramwire.Client(url) as client, ramwire.Client(url, timeout=10.0) as other:
        answer = client.submit("park", "x", timeout=600.0)
        until(lambda: other.call("parked") == ["x"])
        released = other.submit("release", "x", "answer", timeout=600.0)
        until(lambda: released.done() or other.call("parked") == [])
        # From here on the answer is on its way, or has arrived before Redis was full.
        assert answer.result(timeout=10) == "answer"
        slow = client.submit("sleep", 0.5, timeout=600.0)
        until(slow.running)
        until(lambda: "sleep" not in redis.ask("XRANGE", "ramwire:{service}:requests", "-", "+"))
        redis.ask("CONFIG", "SET", "maxmemory", "1mb")
        with pytest.raises(ramwire.ReplyLost, match="no room"):
            slow.result(timeout=10)
        redis.ask("CONFIG", "SET", "maxmemory", "0")
        assert client.call("echo", 1, timeout=10.0) == 1


def test_every_connection_may_be_cut(redis: Redis) -> None:
    url = redis.url()
    with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
        for _ in range(3):
            assert client.call("pid") == service.pid
            redis.ask("CLIENT", "KILL", "TYPE", "normal")
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub")
        assert client.call("pid") == service.pid


def test_client_waits_for_a_redis_that_comes_later(redis: Redis) -> None:
    redis.kill()
    with ramwire.Client(redis.url(), timeout=20.0) as client:
        answer = client.submit("add", 2, 5)
        until(answer.running)
        redis.start()
        with ServiceProcess(redis.url()):
            assert answer.result() == 7


def test_nobody_there_is_told_by_the_timeout(redis: Redis) -> None:
    redis.kill()
    with ramwire.Client(redis.url()) as client, pytest.raises(ramwire.Timeout) as told:
        client.call("add", 2, 5, timeout=0.2)
    assert (told.value.may_have_run, told.value.nobody) == (False, True)
    with pytest.raises(ramwire.Refused, match="cannot be reached"):
        ramwire.Server(redis.url()).start()


# The ends.


def test_request_handed_to_a_server_that_never_took_it_runs_at_another(
    url: str, client: ramwire.Client
) -> None:
    with ServiceProcess(url) as stopped:
        assert client.call("notes") == []
        stopped.pause()
        answer = client.submit("note", "once")
        until(answer.running)
        with ServiceProcess(url):
            with pytest.raises(futures.TimeoutError):
                answer.exception(timeout=0.5)  # a stopped server is not a dead one
            stopped.kill()
            assert answer.result() is None
            assert client.call("notes") == ["once"]


def test_request_of_a_killed_client_never_runs(url: str, client: ramwire.Client) -> None:
    asking = "import sys, ramwire; ramwire.Client(sys.argv[1], timeout=60.0).call('note', 'late')"
    with subprocess.Popen([sys.executable, "-c", asking, url]) as process:
        until(lambda: any("wait to be taken" in each.what for each in ramwire.diagnose(url).findings), 20)
        process.kill()
    with ServiceProcess(url):
        assert client.call("notes") == []


def test_servers_of_one_name_share_the_work_and_outlive_each_other(url: str) -> None:
    with ExitStack() as stack:
        client = stack.enter_context(ramwire.Client(url, timeout=20.0))
        first, second = (stack.enter_context(ServiceProcess(url)) for _ in range(2))
        asked = [client.call("pid") for _ in range(20)]
        assert set(asked) == {first.pid, second.pid}
        first.kill()
        assert {client.call("pid") for _ in range(20)} == {second.pid}


def test_nothing_is_lost_unsaid_or_doubled_while_servers_are_killed_at_random(
    url: str, tmp_path: Path
) -> None:
    """Each server writes what it runs into a file that all share."""
    journal = tmp_path / "journal"
    journal.touch()
    serving = (
        "import sys, os, ramwire\n"
        "file = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)\n"
        "server = ramwire.Server(sys.argv[1])\n"
        "@server.verb\n"
        "def note(value):\n"
        "    os.write(file, b'%d\\n' % value)\n"
        "server.start()\n"
        "os.write(1, b'ready\\n')\n"
        "server.wait()\n"
    )

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", serving, url, str(journal)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    dice = random.Random(4)  # noqa: S311 - a storm that can be repeated
    ended = threading.Event()
    fates: dict[int, bool | None] = {}

    def work(worker: int) -> None:
        with ramwire.Client(url) as client:
            number = worker
            while not ended.is_set():
                fates[number] = unsure(client, number)
                number += 4

    servers = [start(), start()]
    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, worker) for worker in range(4)]
        for round_ in range(KILLS):
            ended.wait(dice.uniform(0.02, 0.2))
            victim = servers[round_ % 2]
            victim.kill()
            victim.communicate()
            servers[round_ % 2] = start()
        ended.set()
        for each in working:
            each.result()
    for server in servers:
        server.kill()
        server.communicate()
    ran = [int(line) for line in journal.read_text().split()]
    assert len(ran) == len(set(ran)), "a request has run twice"
    assert {number for number, fate in fates.items() if fate} <= set(ran)
    assert not {number for number, fate in fates.items() if fate is False} & set(ran)
    assert sum(fate is True for fate in fates.values()) > 100


def test_callers_are_told_at_once_that_the_server_has_stopped(url: str) -> None:
    server = ramwire.Server(url)
    entered = threading.Event()
    leave = threading.Event()

    @server.verb
    def wait() -> None:
        entered.set()
        leave.wait()

    server.start()
    with ramwire.Client(url, timeout=600.0) as client:
        answer = client.submit("wait")
        entered.wait()
        server.stop()
        with pytest.raises(ramwire.ServerGone, match="stopped"):
            answer.result(timeout=10)
        leave.set()


def test_stopped_server_is_not_a_dead_one(service: ServiceProcess, client: ramwire.Client) -> None:
    answer = client.submit("sleep", 0.2, timeout=60.0)
    until(answer.running)
    service.pause()
    with pytest.raises(futures.TimeoutError):
        answer.exception(timeout=1.0)
    service.send(signal.SIGCONT)
    assert answer.result() == 0.2


def test_nothing_is_left_behind_by_ends_that_stop(shared_redis: Redis, url: str) -> None:
    for order in ("client first", "server first"):
        with ramwire.Client(url, timeout=10.0) as client, ServiceProcess(url) as service:
            client.call("echo", "x" * 200_000)
            with pytest.raises(ramwire.Timeout):
                client.call("park", "for ever", timeout=0.1)
            if order == "client first":
                client.close()
            service.stop()
        until(lambda: keys(shared_redis, url) == [])
    with ramwire.Client(url) as client, pytest.raises(ramwire.Timeout):
        client.call("echo", 1, timeout=0.1)
    left = keys(shared_redis, url)
    assert all(int(shared_redis.ask("PTTL", key)) > 0 for key in left), left


def test_whatever_killed_ends_leave_ends_by_itself(shared_redis: Redis, url: str) -> None:
    calling = (
        "import sys, os, ramwire; client = ramwire.Client(sys.argv[1], timeout=60); client.call('echo', 1);"
        "client.submit('park', 'x'); os.write(1, b'.'); client.call('sleep', 60)"
    )
    with ServiceProcess(url) as service:
        with subprocess.Popen([sys.executable, "-c", calling, url], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.read(1) == b"."
            process.kill()
        service.kill()
    left = keys(shared_redis, url)
    assert left
    assert all(int(shared_redis.ask("PTTL", key)) > 0 for key in left), left


def test_dead_servers_are_swept_by_the_next(shared_redis: Redis, url: str) -> None:
    for _ in range(3):
        with ServiceProcess(url) as service:
            service.kill()
    with ServiceProcess(url):
        name = url.partition("service=")[2]
        told = shared_redis.ask("XINFO", "CONSUMERS", f"ramwire:{{{name}}}:requests", "ramwire")
        assert told.count("name") <= 1


def test_client_without_descriptors_says_so_and_recovers(url: str, service: ServiceProcess) -> None:
    asking = (
        "import sys, os, resource, ramwire\n"
        "with ramwire.Client(sys.argv[1], timeout=0.3) as client:\n"
        "    client.ping(10.0); client.close()\n"
        "client = ramwire.Client(sys.argv[1], timeout=0.3)\n"
        "held = [os.dup(0) for _ in range(20)]\n"
        "most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + 1, most))\n"
        "try:\n"
        "    client.call('echo', 1)\n"
        "except ramwire.Timeout as error:\n"
        "    assert not error.may_have_run\n"
        "    assert 'Too many open files' in str(error), error\n"
        "else:\n"
        "    sys.exit('it must not work')\n"
        "os.close(held.pop()); os.close(held.pop())\n"
        "assert client.call('echo', 1, timeout=10.0) == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", asking, url], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert service.pid


def test_child_of_a_server_does_not_keep_it_alive(url: str) -> None:
    serving = (
        "import sys, os, time, ramwire\n"
        "server = ramwire.Server(sys.argv[1])\n"
        "server.verb(name='sleep')(time.sleep)\n"
        "server.start()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    time.sleep(60)\n"
        "    os._exit(0)\n"
        "os.write(1, b'%d\\n' % child)\n"
        "server.wait()\n"
    )
    with (
        subprocess.Popen([sys.executable, "-c", serving, url], stdout=subprocess.PIPE) as process,
        ramwire.Client(url) as client,
    ):
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            answer = client.submit("sleep", 60, timeout=600.0)
            until(answer.running)
            until(lambda: ramwire.redis.services(url) != [])
            process.kill()
            with pytest.raises((ramwire.ServerGone, ramwire.Timeout)) as told:
                answer.result(timeout=10)
            assert isinstance(told.value, ramwire.ServerGone)
            assert ramwire.redis.services(url) == []
        finally:
            os.kill(child, signal.SIGKILL)
