"""What lies at the address, and who speaks there, is not what it should be: refused, and not touched."""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ramwire.contract import End
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.connection.ends import descriptors

from . import raw

NOT_OURS = b"a letter to my aunt\n"


def make_file(path: Path) -> None:
    path.write_bytes(NOT_OURS)


def make_large_file(path: Path) -> None:
    path.write_bytes(b"\n" * 2 * mmap.PAGESIZE + NOT_OURS)


def make_link(path: Path) -> None:
    target = path.with_name("target")
    target.write_bytes(b"")
    path.symlink_to(target)


def make_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def make_device(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a device")
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))  # as /dev/null


def make_anothers(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's file")
    path.write_bytes(b"")
    os.chown(path, 12345, 12345)


Make = Callable[[Path], None]
MAKERS: list[Make] = [
    make_file,
    make_large_file,
    make_link,
    make_dangling_link,
    Path.mkdir,
    os.mkfifo,
    make_socket,
    make_device,
    make_anothers,
]


def seen(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder: kind and mode, owner, content."""
    return {
        path.name: (
            path.lstat().st_mode,
            path.lstat().st_uid,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_no_page_of_ours_is_refused_and_not_touched(path: Path, url: str, make: Make) -> None:
    make(path)
    before = seen(path.parent)
    with pytest.raises(ramwire.Refused, match=str(path)):
        ramwire.Server(url).run()
    with pytest.raises(ramwire.Refused, match=str(path)):
        ramwire.Channel(url, end="server")
    assert seen(path.parent) == before


@pytest.mark.parametrize("make", [make_file, make_link, make_dangling_link, Path.mkdir, os.mkfifo])
def test_what_is_no_socket_is_refused_and_not_touched(path: Path, url: str, make: Make) -> None:
    make(path.with_name("service.socket"))
    before = seen(path.parent)
    with pytest.raises(ramwire.Refused, match=r"service\.socket"):
        ramwire.Server(url).run()
    with pytest.raises(ramwire.Refused, match=r"service\.socket"):
        ramwire.Client(url).call("echo", 1)
    assert seen(path.parent) == before


@pytest.mark.parametrize("content", [b"", b"\n" * mmap.PAGESIZE, b"\0" * 100])
def test_file_that_holds_nothing_may_be_used(path: Path, url: str, content: bytes) -> None:
    path.write_bytes(content)
    with ServiceProcess(url), ramwire.Client(url) as client:
        assert client.call("echo", 1) == 1


STRANGER = """
import os, socket, sys
listening = socket.socket(socket.AF_UNIX)
os.setuid(12345)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("looks_like_ours", [False, True])
def test_server_of_another_user_is_told_nothing(
    path: Path, client: ramwire.Client, looks_like_ours: bool
) -> None:
    path.parent.chmod(0o777)
    command = [sys.executable, "-c", STRANGER, f"{path}.socket"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == b"ready\n"
        if looks_like_ours:
            os.chown(f"{path}.socket", os.geteuid(), os.getegid())
        with pytest.raises(ramwire.Refused, match="another user"):
            client.call("echo", 1)
        stranger.communicate()


@pytest.mark.usefixtures("service")
def test_what_is_made_is_open_to_nobody_else(path: Path) -> None:
    assert {name: mode & 0o777 for name, (mode, _, _) in seen(path.parent).items()} == {
        "service": 0o600,
        "service.socket": 0o600,
    }


# Clients that say something else than they should.


def unsealed() -> int:
    return raw.memory(seals=0)


def shrinkable() -> int:
    return raw.memory(seals=fcntl.F_SEAL_SEAL | fcntl.F_SEAL_GROW)


def too_small() -> int:
    return raw.memory(size_bytes=mmap.PAGESIZE)


def a_file() -> int:
    return os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR)


def a_pipe() -> int:
    reading, writing = os.pipe()
    os.close(writing)
    return reading


def a_folder() -> int:
    return os.open("/", os.O_RDONLY)


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("make", [unsealed, shrinkable, too_small, a_file, a_pipe, a_folder])
def test_memory_that_could_be_cut_off_is_not_mapped(
    path: Path, client: ramwire.Client, make: Callable[[], int]
) -> None:
    with raw.Client(path, area=make()) as stranger:
        assert stranger.heard() == b""
    assert client.call("echo", 1) == 1


def test_area_of_ours_cannot_be_cut_off(path: Path, client: ramwire.Client) -> None:
    with raw.Server(path) as server:
        answer = client.submit("echo", 1)
        server.take_over()
        server.asked()
        with pytest.raises(PermissionError):
            os.ftruncate(server.area, 0)
        server.answer(b"." + pickle.dumps(7))
        assert answer.result() == 7


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "what", [raw.CHANNEL, b"GET / HTTP/1.1\r\n\r\n", b"\0" * 1000, b"ramwire mmap 2 service\n"]
)
def test_words_that_begin_no_session_end_it(path: Path, client: ramwire.Client, what: bytes) -> None:
    with raw.Client(path, what) as stranger:
        assert stranger.heard() == b""
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("count", [0, 1, 2, 4, 7, 60])
def test_wrong_number_of_descriptors_ends_the_session(path: Path, client: ramwire.Client, count: int) -> None:
    with raw.connected(path) as connection, open(os.devnull, "rb") as null:
        raw.give(connection, raw.SERVICE, [null.fileno()] * count)
        connection.settimeout(10)
        assert connection.recv(1) == b""
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_descriptors_that_are_no_pipes_end_the_session(path: Path, client: ramwire.Client) -> None:
    area = raw.memory()
    with raw.connected(path) as connection:
        raw.give(connection, raw.SERVICE, [area, area, area])
        connection.settimeout(10)
        assert connection.recv(1) == b""
    os.close(area)
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "bell",
    [
        b"junkjunk",
        b"r",
        b"\0" * 8,
        raw.bell(b"q", 10),
        raw.bell(b"r", raw.AREA_BYTES + 1),
        raw.bell(b"r", 1 << 22),
        raw.bell(b"r", (1 << 56) - 1),
    ],
)
def test_bell_that_lies_ends_the_session(path: Path, client: ramwire.Client, bell: bytes) -> None:
    with raw.Client(path) as stranger:
        assert stranger.heard() == raw.WELCOME
        os.write(stranger.bell, bell)
        assert stranger.heard() == b""
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("request_", [b"", b"x", b"c", b"c\n", b"n" + b"\xff" * 100, b"c" + b"[" * 60_000])
def test_request_that_is_none_harms_nobody(path: Path, client: ramwire.Client, request_: bytes) -> None:
    with raw.Client(path) as stranger:
        assert stranger.heard() == raw.WELCOME
        stranger.ask(request_)
        stranger.heard()
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_request_is_what_it_was_when_it_was_taken(path: Path, client: ramwire.Client) -> None:
    """The area is written to while the verb runs, and after."""
    with raw.Client(path) as stranger:
        assert stranger.heard() == raw.WELCOME
        stranger.ask(b'cnote_slowly ["as sent",0.1]\n')
        os.pwrite(stranger.area, b"\xff" * raw.AREA_BYTES, 0)
        stranger.heard()
    assert client.call("notes") in (["as sent"], [])


@pytest.mark.usefixtures("service")
def test_clients_that_say_nothing_hold_up_nobody(path: Path, client: ramwire.Client) -> None:
    silent = [raw.connected(path) for _ in range(100)]
    assert client.call("echo", 1) == 1
    for connection in silent:
        connection.close()


def test_clients_that_left_leave_no_thread_and_no_descriptor(
    path: Path, service: ServiceProcess, client: ramwire.Client
) -> None:
    client.call("echo", 1)

    def held() -> tuple[int, int]:
        return descriptors(service.pid), len(os.listdir(f"/proc/{service.pid}/task"))

    before = held()
    for number in range(60):
        connection = raw.connected(path)
        if number % 2:
            raw.give(connection, raw.SERVICE, [connection.fileno()])
        connection.close()
        raw.Client(path).close()
    until(lambda: held() == before)


@pytest.mark.usefixtures("service")
def test_client_that_reads_no_answer_holds_up_nobody(path: Path, client: ramwire.Client) -> None:
    with raw.Client(path) as stranger:
        os.set_blocking(stranger.bell, False)
        for _ in range(20_000):
            try:
                stranger.ask(b"cecho 1\n")
            except OSError:
                break
        assert client.call("echo", 1) == 1


# Servers that answer something else than they should.


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /dev/shm/ramwire-was-hurt",)


@pytest.mark.parametrize(
    "record",
    [
        b"." + pickle.dumps(Evil()),
        b".garbage",
        b".",
        b".\x80\x04.",
        b"." + pickle.dumps([1] * 9)[:-3],
        b"?" * 20,
    ],
)
def test_hostile_answer_is_refused_and_not_run(path: Path, client: ramwire.Client, record: bytes) -> None:
    with raw.Server(path) as server:
        answer = client.submit("echo", 1)
        server.take_over()
        server.asked()
        server.answer(record)
        assert isinstance(answer.exception(timeout=10), ramwire.BadMessage)
    assert not os.path.exists("/dev/shm/ramwire-was-hurt")


@pytest.mark.parametrize("size", [raw.AREA_BYTES + 1, 1 << 26, (1 << 26) + 1, (1 << 56) - 1])
def test_answer_longer_than_its_memory_is_refused(path: Path, client: ramwire.Client, size: int) -> None:
    with raw.Server(path) as server:
        answer = client.submit("echo", 1)
        server.take_over()
        server.asked()
        server.answer(b"." + pickle.dumps(1), size)
        assert isinstance(answer.exception(timeout=10), ramwire.BadMessage)


@pytest.mark.parametrize("said", [b"????????", b"-\xffabcdef", b".", b"-", b"-\x06abc"])
def test_bell_that_is_none_is_refused(path: Path, client: ramwire.Client, said: bytes) -> None:
    with raw.Server(path) as server:
        answer = client.submit("echo", 1)
        server.take_over()
        server.asked()
        os.write(server.back, said)
        assert isinstance(answer.exception(timeout=10), ramwire.BadMessage)


def test_welcome_that_is_none_is_refused(path: Path, client: ramwire.Client) -> None:
    with raw.Server(path) as server:
        answer = client.submit("echo", 1)
        server.take_over(b"get lost")
        assert isinstance(answer.exception(timeout=10), ramwire.BadMessage)


# Channels.


@pytest.fixture
def ends(url: str) -> Iterator[dict[End, ramwire.Channel[str]]]:
    with ramwire.Channel(url, end="server") as server, ramwire.Channel(url, end="client") as client:
        yield {"server": server, "client": client}


def test_strangers_at_a_channel_are_not_listened_to(
    path: Path, ends: dict[End, ramwire.Channel[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for what in (raw.SERVICE, b"hello\n"):
            with raw.Client(path, what) as stranger:
                assert stranger.heard() == b""
    ends["client"].send("still here", timeout=10)
    assert ends["server"].recv(timeout=10) == "still here"
    assert len(caplog.records) == 2


@pytest.mark.parametrize("text", ["two\nlines", "\n", "x" * mmap.PAGESIZE, "μ" * (mmap.PAGESIZE // 2)])
@pytest.mark.parametrize("end", ["server", "client"])
def test_what_is_no_line_of_a_page_is_not_sent(
    ends: dict[End, ramwire.Channel[str]], end: End, text: str
) -> None:
    with pytest.raises(ramwire.BadMessage):
        ends[end].send(text)
    with pytest.raises(ramwire.Timeout):
        ends["client" if end == "server" else "server"].recv(timeout=0.05)
