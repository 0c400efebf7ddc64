"""The `tcp:` wire when things go wrong."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Callable

import pytest
from ramwire.ports import is_held
from ramwire.tcp import address, connected, connector, listener

import ramwire
from tests.ramwire.connection.faults import ConnectionFaults


class TestTcpFaults(ConnectionFaults):
    """What all connections live through."""


def serving(url: str) -> ramwire.Server:
    return ramwire.Server(url, verbs={"echo": lambda value: value})


def test_nothing_starts_without_a_key(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAMWIRE_AUTHKEY", raising=False)
    url = f"tcp:127.0.0.1:{port}"
    with pytest.raises(ramwire.Refused, match="needs a key"):
        serving(url).start()
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="needs a key"):
        client.call("echo", 1)


def test_key_may_come_from_the_environment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMWIRE_AUTHKEY", "shared")
    url = f"tcp:127.0.0.1:{port}"
    with serving(url), ramwire.Client(url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1


def test_empty_key_is_no_key(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMWIRE_AUTHKEY", "")
    with pytest.raises(ramwire.Refused, match="empty"):
        serving(f"tcp:127.0.0.1:{port}").start()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.touch(0o644), "chmod 600"),
        (lambda path: path.touch(0o600), "is empty"),
        (lambda path: None, "No such file"),  # noqa: ARG005
        (lambda path: path.mkdir(), "no regular file"),
        (os.mkfifo, "no regular file"),
    ],
    ids=["open", "empty", "missing", "folder", "fifo"],
)
def test_key_file_that_cannot_be_used_is_told(
    url: str, keyfile: Path, make: Callable[[Path], None], says: str
) -> None:
    keyfile.parent.chmod(0o711)
    keyfile.unlink()
    make(keyfile)
    with pytest.raises(ramwire.Refused, match=says):
        serving(url).start()


@pytest.mark.parametrize("host", ["[::1]", "localhost"])
def test_host_may_be_a_name_or_an_ipv6_address(host: str, port: int, keyfile: Path) -> None:
    if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"):
        pytest.skip("this machine has no IPv6")
    url = f"tcp:{host}:{port}?keyfile={keyfile}"
    try:
        server = serving(url)
        server.start()
    except ramwire.Refused as error:
        if "assign requested address" in str(error):
            pytest.skip("this machine's loopback has no IPv6 address")
        raise
    with ramwire.Client(url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1
        with pytest.raises(ramwire.Refused, match=str(os.getpid())):
            serving(url).start()
    server.stop()


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "host",
        ":1",
        "host:",
        "host:0",
        "host:65536",
        "host:x",
        "host:-1",
        "host:\u0661",
        "::1:5",
        "[::1]",
        "[]:5",
    ],
)
def test_address_that_is_none_is_told_the_form(rest: str) -> None:
    with pytest.raises(ramwire.Refused, match=r"tcp:HOST:PORT or tcp:\[IPv6\]:PORT"):
        ramwire.Client(f"tcp:{rest}")


def test_unknown_host_ends_in_a_timeout_that_says_nobody(port: int, keyfile: Path) -> None:
    with ramwire.Client(f"tcp:no.such.host.invalid:{port}?keyfile={keyfile}", timeout=0.3) as client:
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("echo", 1)
        assert caught.value.nobody


def test_name_that_takes_long_to_look_up_ends_in_a_timeout(
    port: int, keyfile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with ramwire.Client(f"tcp:slow.example:{port}?keyfile={keyfile}", timeout=0.2) as client:
        begin = time.monotonic()
        with pytest.raises(ramwire.Timeout):
            client.call("echo", 1)
        assert time.monotonic() - begin < 5
    over.set()


def test_closing_ends_a_call_whose_hosts_name_is_being_looked_up(
    port: int, keyfile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, over = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        begun.set()
        over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    client = ramwire.Client(f"tcp:slow.example:{port}?keyfile={keyfile}")
    answer = client.submit("echo", 1, timeout=600.0)
    assert begun.wait(10)
    client.close()
    with pytest.raises(ramwire.Refused):
        answer.result(timeout=2)
    over.set()


@contextmanager
def swallowing() -> Iterator[tuple[str, int]]:
    """An address whose queue is full: the kernel drops what asks to be let in."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        where: tuple[str, int] = listening.getsockname()
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(where)
        yield where


def test_host_that_swallows_what_is_sent_ends_in_a_timeout(keyfile: Path) -> None:
    with ExitStack() as stack:
        host, port = stack.enter_context(swallowing())
        client = stack.enter_context(ramwire.Client(f"tcp:{host}:{port}?keyfile={keyfile}", timeout=0.3))
        begin = time.monotonic()
        with pytest.raises(ramwire.Timeout):
            client.call("echo", 1)
        assert time.monotonic() - begin < 5


def test_address_that_swallows_what_is_sent_leaves_time_for_the_hosts_next(
    url: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with swallowing() as first, serving(url):
        targets = [(socket.AF_INET, first), (socket.AF_INET, ("127.0.0.1", port))]
        monkeypatch.setattr(address, "resolve", lambda *_: targets)
        with ramwire.Client(url, timeout=1.0) as client:
            assert client.call("echo", 1) == 1


def test_connection_notices_a_host_that_has_vanished(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ends ask the kernel to look after the other, and to wait for nothing before it sends."""
    tuned: list[socket.socket] = []
    original = connected.tune

    def tune(end: socket.socket) -> None:
        original(end)
        tuned.append(end)

    monkeypatch.setattr(connector, "tune", tune)
    monkeypatch.setattr(listener, "tune", tune)
    with serving(url), ramwire.Client(url, timeout=10.0) as client:
        client.call("echo", 1)
        assert len(tuned) == 2
        for end in tuned:
            assert end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 30
            assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 60_000


def test_server_beyond_loopback_says_that_nothing_is_encrypted(
    port: int, keyfile: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(f"tcp:0.0.0.0:{port}?keyfile={keyfile}"):
        assert "not encrypted" in caplog.text
        with ramwire.Client(f"tcp:127.0.0.1:{port}?keyfile={keyfile}", timeout=10.0) as client:
            assert client.call("echo", 1) == 1


def test_port_that_nobody_listens_on_does_not_answer_itself(keyfile: Path) -> None:
    """Loopback connects a port of the ephemeral range to itself sooner or later, when nobody listens."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as ports:
        first = int(ports.read().split()[0])
    free = next(port for port in range(first + 1, first + 2000, 2) if not is_held(port))
    with ramwire.Client(f"tcp:127.0.0.1:{free}?keyfile={keyfile}", timeout=0.3) as client:
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("echo", 1)
        assert caught.value.nobody
