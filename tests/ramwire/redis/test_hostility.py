"""What strangers with access to Redis may leave there: passed over, never run, never waited for."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

from .running import Redis


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


@pytest.fixture
def root(url: str) -> str:
    """How the names of the service's keys begin."""
    return f"ramwire:{{{url.partition('service=')[2]}}}:"


def raw(redis: Redis, *arguments: bytes) -> None:
    """A command of any bytes."""
    packed = b"*%d\r\n" % len(arguments) + b"".join(
        b"$%d\r\n%b\r\n" % (len(each), each) for each in arguments
    )
    done = subprocess.run(redis.cli("--pipe"), input=packed, capture_output=True, check=False, timeout=30)
    assert b"errors: 0" in done.stdout, done


@pytest.mark.parametrize(
    "fields",
    [
        ["junk", "1"],
        ["line", ""],
        ["line", "\x80\xff"],
        ["line", "note " + "[" * 100_000],
        ["line", "note 1" + "0" * 100_000],
        ["line", "note NaN"],
        ["line", "note [1]", "reply", "../../etc"],
        ["line", "note [1]", "client", "a" * 65],
        ["line", "note [1]", "client", "nobody"],
        ["client", "x"],
        [f"f{number // 2}" for number in range(200)],
    ],
    ids=lambda fields: " ".join(fields)[:20],
)
def test_junk_among_the_requests_is_not_run(
    shared_redis: Redis, root: str, service: ServiceProcess, client: ramwire.Client, fields: list[str]
) -> None:
    raw(shared_redis, b"XADD", f"{root}requests".encode(), b"*", *(os.fsencode(field) for field in fields))
    assert client.call("notes") == []
    until(lambda: shared_redis.ask("XLEN", f"{root}requests") == "0")
    until(lambda: shared_redis.ask("XPENDING", f"{root}requests", "ramwire").startswith("0"))
    assert client.call("pid") == service.pid


@pytest.mark.usefixtures("service")
def test_giant_among_the_requests_is_not_run(shared_redis: Redis, root: str, client: ramwire.Client) -> None:
    giant = b"note " + b'"' + b"x" * (40 << 20) + b'"'
    raw(shared_redis, b"XADD", f"{root}requests".encode(), b"*", b"line", giant)
    assert client.call("notes") == []


def reply_key(redis: Redis, root: str) -> str:
    """That of the only client."""
    found: list[str] = []
    until(lambda: found.extend(redis.ask("KEYS", f"{root}reply:*").split()) or len(set(found)) == 1)  # type: ignore[func-returns-value]
    return found[0]


CALLS = pickle.dumps(os.getcwd)
BOMB = b"\x80\x04r\xff\xff\xff\x3f."


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ([b"pickle", CALLS], ramwire.BadMessage),
        ([b"pickle", BOMB], ramwire.BadMessage),
        ([b"pickle", b"\x80\x05junk"], ramwire.BadMessage),
        ([b"json", b"[" * 200_000], ramwire.BadMessage),
        ([b"json", b"1" * 200_000], ramwire.BadMessage),
        ([b"json", b"\xff\xfe"], ramwire.BadMessage),
        ([b"error", b"\xff\xfe"], ramwire.RemoteError),
    ],
    ids=["calls", "bomb", "torn", "deep", "huge", "no text", "error"],
)
def test_hostile_answer_is_an_error_and_never_run(
    shared_redis: Redis,
    root: str,
    client: ramwire.Client,
    fields: list[bytes],
    error: type[ramwire.WireError],
) -> None:
    answer = client.submit("echo", 1, timeout=30.0)
    key = reply_key(shared_redis, root)
    requests = f"{root}requests"
    until(lambda: shared_redis.ask("EXISTS", requests) == "1" and shared_redis.ask("XLEN", requests) == "1")
    (request,) = shared_redis.ask("XRANGE", requests, "-", "+").split()[:1]
    raw(shared_redis, b"XADD", key.encode(), b"*", b"for", request.encode(), *fields)
    with pytest.raises(error):
        answer.result(timeout=20)


@pytest.mark.parametrize(
    "fields",
    [["for", "0-0", "json", "7"], ["for"] * 2, ["nothing", "7"], ["for", "x", "no", "kind"], ["a", "b"] * 40],
    ids=lambda fields: " ".join(fields)[:20],
)
def test_answers_to_nothing_are_passed_over(
    shared_redis: Redis,
    root: str,
    service: ServiceProcess,
    client: ramwire.Client,
    fields: list[str],
) -> None:
    assert client.call("pid") == service.pid
    key = reply_key(shared_redis, root)
    answer = client.submit("sleep", 0.3)
    until(answer.running)
    for _ in range(20):
        shared_redis.ask("XADD", key, "*", *fields)
    assert answer.result() == 0.3
    assert client.call("pid") == service.pid


def test_what_is_published_to_a_waiting_client_is_passed_over(
    shared_redis: Redis, root: str, service: ServiceProcess, client: ramwire.Client
) -> None:
    answer = client.submit("sleep", 0.5)
    until(answer.running)
    key = reply_key(shared_redis, root)
    flood = b"".join(
        b"*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%b\r\n$1\r\nx\r\n" % (len(key), key.encode()) for _ in range(5000)
    )
    subprocess.run(shared_redis.cli("--pipe"), input=flood, capture_output=True, check=True, timeout=30)
    assert answer.result() == 0.5
    assert client.call("pid") == service.pid


def test_requests_that_are_no_stream_are_told(shared_redis: Redis, root: str, url: str) -> None:
    shared_redis.ask("SET", f"{root}requests", "a text")
    try:
        with pytest.raises(ramwire.Refused, match="WRONGTYPE"):
            ramwire.Server(url).start()
        with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="WRONGTYPE"):
            client.call("echo", 1)
        assert any("no stream" in each.what for each in ramwire.diagnose(url).findings)
    finally:
        shared_redis.ask("DEL", f"{root}requests")


def test_stream_that_is_replaced_is_served_again_when_it_is_one(
    shared_redis: Redis, root: str, service: ServiceProcess, client: ramwire.Client
) -> None:
    assert client.call("pid") == service.pid
    shared_redis.ask("DEL", f"{root}requests")
    assert client.call("pid") == service.pid
    shared_redis.ask("DEL", f"{root}requests")
    shared_redis.ask("SET", f"{root}requests", "a text")
    with pytest.raises(ramwire.WireError):
        client.call("pid", timeout=0.3)
    shared_redis.ask("DEL", f"{root}requests")
    until(lambda: _answers(client, service.pid))


def _answers(client: ramwire.Client, pid: int) -> bool:
    try:
        return bool(client.call("pid", timeout=0.5) == pid)
    except ramwire.WireError:
        return False


def test_many_threads_use_one_client(url: str, service: ServiceProcess) -> None:
    with ramwire.Client(url, timeout=30.0) as client:
        wrong: list[object] = []

        def work(worker: int) -> None:
            for number in range(20):
                if client.call("echo", [worker, number]) != [worker, number]:
                    wrong.append((worker, number))

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert service.pid


def test_a_stranger_on_redis_port_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Something that is no Redis: it says junk, and hangs up."""
    del tmp_path_factory
    serving = (
        "import socket, sys, os\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    os.write(1, b'%d\\n' % server.getsockname()[1])\n"
        "    while True:\n"
        "        peer, _ = server.accept()\n"
        "        peer.recv(100); peer.sendall(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'); peer.close()\n"
    )
    with subprocess.Popen([sys.executable, "-c", serving], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        url = f"redis://127.0.0.1:{port}/0?service=a"
        with ramwire.Client(url) as client, pytest.raises(ramwire.Timeout, match="cannot be reached"):
            client.call("echo", 1, timeout=0.5)
        with pytest.raises(ramwire.Refused, match="cannot be reached"):
            ramwire.Server(url).start()
        process.kill()
