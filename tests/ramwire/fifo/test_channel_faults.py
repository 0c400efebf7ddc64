"""A channel over FIFOs when things go wrong."""

from __future__ import annotations

import array
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable

import pytest
from ramwire.fifo.framings import FRAMINGS
from ramwire.testing.process import until

import ramwire

from .conftest import waits_in_poll

PATIENCE_S = 10.0
LARGE = "0123456789abcdef" * (1 << 16)  # as many bytes as the largest pipe holds
HUGE = LARGE * 4


def write(folder: Path, content: bytes) -> None:
    """As a program that opens the FIFO, writes, and leaves."""
    (folder / "send").write_bytes(content)


@pytest.fixture
def open_reader(folder: Path) -> Iterator[Callable[[], int]]:
    """Somebody who opens `recv` and reads nothing."""
    fds: list[int] = []

    def reader() -> int:
        fds.append(os.open(folder / "recv", os.O_RDONLY | os.O_NONBLOCK))
        return fds[-1]

    yield reader
    for fd in fds:
        os.close(fd)


def read_all(fd: int, size: int) -> bytes:
    os.set_blocking(fd, True)
    parts, got = [], 0
    while got < size:
        parts.append(os.read(fd, size - got))
        got += len(parts[-1])
        assert parts[-1], "it ended before it was whole"
    return b"".join(parts)


def lies_in(fifo: int) -> int:
    """How many bytes nobody has read yet."""
    count = array.array("i", [0])
    fcntl.ioctl(fifo, termios.FIONREAD, count)
    return count[0]


@pytest.mark.parametrize("name", ["send", "recv"])
def test_fifo_that_is_deleted_is_remade_within_a_second(
    folder: Path, server_end: ramwire.Channel[str], name: str
) -> None:
    (folder / name).unlink()
    until((folder / name).is_fifo, 1.0)
    write(folder, b"after\n")
    assert server_end.recv(timeout=PATIENCE_S) == "after"


def test_receiver_that_waits_hears_through_the_new_fifo(
    folder: Path, url: str, server_end: ramwire.Channel[str]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server_end.recv, PATIENCE_S)
        shutil.rmtree(folder)
        until((folder / "recv").is_fifo, 1.0)
        with ramwire.Channel(url, end="client") as client:
            client.send("ahoy", timeout=PATIENCE_S)
            assert waiting.result() == "ahoy"


def test_both_ends_meet_again_at_a_replaced_fifo(
    folder: Path, url: str, server_end: ramwire.Channel[str]
) -> None:
    with ramwire.Channel(url, end="client") as client:
        for name in ("send", "recv"):
            (folder / name).unlink()
            os.mkfifo(folder / name)
        for number in range(5):
            client.send(str(number), timeout=PATIENCE_S)
        heard = [server_end.recv(timeout=PATIENCE_S) for _ in range(5)]
        assert heard == ["0", "1", "2", "3", "4"], "nothing is lost on the way from one FIFO to the other"


def test_what_lies_in_a_deleted_fifo_is_still_read(folder: Path, server_end: ramwire.Channel[str]) -> None:
    writer = os.open(folder / "send", os.O_WRONLY | os.O_NONBLOCK)
    os.write(writer, b"before\n")
    before = (folder / "send").stat().st_ino
    (folder / "send").unlink()
    until(lambda: (folder / "send").exists() and (folder / "send").stat().st_ino != before)
    write(folder, b"after\n")
    os.write(writer, b"meanwhile\n")
    os.close(writer)
    heard = {server_end.recv(timeout=PATIENCE_S) for _ in range(3)}
    assert heard == {"before", "meanwhile", "after"}


def test_regular_file_in_a_fifos_place_is_told_and_never_deleted(
    folder: Path, url: str, server_end: ramwire.Channel[str]
) -> None:
    (folder / "recv").unlink()
    (folder / "recv").write_text("precious")
    with pytest.raises(ramwire.Refused, match="recv is a regular file, where a FIFO belongs"):
        server_end.send("to whom?", timeout=PATIENCE_S)
    with pytest.raises(ramwire.Refused, match="recv is a regular file, where a FIFO belongs"):
        ramwire.Channel(url, end="client")
    assert (folder / "recv").read_text() == "precious"
    (folder / "recv").unlink()
    until((folder / "recv").is_fifo)
    with ramwire.Channel(url, end="client") as client:
        server_end.send("again", timeout=PATIENCE_S)
        assert client.recv(timeout=PATIENCE_S) == "again"


@pytest.mark.parametrize("what", ["receive", "send to nobody", "send to one who does not read"])
def test_close_ends_what_is_blocked_within_a_second(
    url: str, folder: Path, open_reader: Callable[[], int], what: str
) -> None:
    channel = ramwire.Channel(url, end="server")
    if what.endswith("read"):
        open_reader()
    with ThreadPoolExecutor(1) as pool:
        entered = threading.Event()

        def wait() -> None:
            entered.set()
            channel.recv() if what == "receive" else channel.send(HUGE)

        waiting = pool.submit(wait)
        entered.wait()
        time_out = threading.Timer(0.1, channel.close)
        time_out.start()
        with pytest.raises(ramwire.Refused):
            waiting.result(timeout=1.1)
        time_out.join()
    assert not folder.exists()


def test_message_that_was_begun_at_its_timeout_is_finished_later(
    server_end: ramwire.Channel[str], open_reader: Callable[[], int]
) -> None:
    """The reader reads on, and finds whole messages only."""
    reader = open_reader()
    with pytest.raises(ramwire.Timeout) as caught:
        server_end.send(HUGE, timeout=0.1)
    assert caught.value.may_have_run, "it may yet arrive"
    assert read_all(reader, len(HUGE) + 1) == HUGE.encode() + b"\n"
    server_end.send("next", timeout=PATIENCE_S)
    assert read_all(reader, 5) == b"next\n"


def test_message_that_was_not_begun_at_its_timeout_is_not_sent(
    server_end: ramwire.Channel[str], open_reader: Callable[[], int]
) -> None:
    reader = open_reader()
    with pytest.raises(ramwire.Timeout):
        server_end.send(HUGE, timeout=0.1)
    with pytest.raises(ramwire.Timeout) as caught:
        server_end.send("too late", timeout=0.1)
    assert not caught.value.may_have_run
    read_all(reader, len(HUGE) + 1)
    server_end.send("next", timeout=PATIENCE_S)
    assert read_all(reader, 5) == b"next\n"


def test_reader_that_leaves_in_the_midst_is_followed_by_one_who_gets_it_whole(
    folder: Path, server_end: ramwire.Channel[str]
) -> None:
    first = os.open(folder / "recv", os.O_RDONLY)
    with ThreadPoolExecutor(1) as pool, (folder / "recv").open("wb", buffering=0) as witness:
        sending = pool.submit(server_end.send, HUGE, PATIENCE_S)
        read_all(first, 100_000)
        os.close(first)
        until(lambda: lies_in(witness.fileno()) == 0)  # thrown away
        second = os.open(folder / "recv", os.O_RDONLY)
        assert read_all(second, len(HUGE) + 1) == HUGE.encode() + b"\n"
        sending.result()
        os.close(second)


LARGE_SENDER = """
import sys, ramwire
channel = ramwire.Channel(sys.argv[1], end="client")
print("ready", flush=True)
channel.send("x" * (64 << 20))
"""


def test_writer_that_is_killed_in_the_midst_is_passed_over(
    url: str, server_end: ramwire.Channel[str], caplog: pytest.LogCaptureFixture
) -> None:
    with subprocess.Popen([sys.executable, "-c", LARGE_SENDER, url], stdout=subprocess.PIPE) as sender:
        assert sender.stdout is not None
        sender.stdout.readline()
        until(lambda: waits_in_poll(sender.pid))  # for room
        sender.send_signal(signal.SIGKILL)
        sender.wait()
    until(lambda: "thrown away" in caplog.text)
    with ramwire.Channel(url, end="client") as client:
        client.send("after", timeout=PATIENCE_S)
        assert server_end.recv(timeout=PATIENCE_S) == "after"


def test_torn_line_is_thrown_away_when_its_writer_leaves(
    folder: Path, server_end: ramwire.Channel[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Half of `210` would be 21: a number, and a wrong one."""
    write(folder, b"heat 21")
    until(lambda: "never ended" in caplog.text)
    write(folder, b"status\n")
    assert server_end.recv(timeout=PATIENCE_S) == "status"


def test_torn_line_is_thrown_away_though_another_writer_stays(
    folder: Path, url: str, server_end: ramwire.Channel[str], caplog: pytest.LogCaptureFixture
) -> None:
    with ramwire.Channel(url, end="client") as stays, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server_end.recv, PATIENCE_S)
        write(folder, b"heat 21")
        until(lambda: "never ended" in caplog.text)
        stays.send("status", timeout=PATIENCE_S)
        assert waiting.result() == "status"


@pytest.mark.parametrize(
    ("framing", "junk", "complaint"),
    [
        ("x4", b"junk first", "does not begin with X"),
        ("x4", b"X00x5", "does not begin with X"),
        ("x4", b"X0010torn", "whose writer has gone"),
        ("u32le", b"status\n", "absurd"),
        ("u32le", b"\xff\xff\xff\xffjunk", "absurd"),
        ("u32le", b"\x10\0\0\0torn", "whose writer has gone"),
    ],
)
def test_junk_is_logged_and_the_reader_lives_on(
    folder: Path, caplog: pytest.LogCaptureFixture, framing: str, junk: bytes, complaint: str
) -> None:
    url = f"fifo:{folder}?framing={framing}"
    with ramwire.Channel(url, end="server") as server:
        write(folder, junk)
        until(lambda: complaint in caplog.text)
        write(folder, FRAMINGS[framing].encode(b"after"))
        assert server.recv(timeout=PATIENCE_S) == "after"


def test_writer_that_always_breaks_the_framing_is_one_line_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ramwire.Channel(f"fifo:{folder}?framing=x4", end="server") as server:
        write(folder, b"junk" + FRAMINGS["x4"].encode(b"after"))
        for _ in range(20):
            assert server.recv(timeout=PATIENCE_S) == "after"
            write(folder, b"junk" + FRAMINGS["x4"].encode(b"after"))
    assert caplog.text.count("is skipped") == 1


def test_loop_over_messages_does_not_end_as_if_closed_where_the_fifo_is_lost(
    folder: Path, server_end: ramwire.Channel[str]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(list, server_end)
        (folder / "send").unlink()
        (folder / "send").touch()
        with pytest.raises(ramwire.Refused, match="regular file"):
            listening.result(timeout=PATIENCE_S)


def test_texts_that_are_no_unicode_are_one_line_in_the_log(
    folder: Path, server_end: ramwire.Channel[str], caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, b"\xff\n" * 100 + b"after\n")
    assert server_end.recv(timeout=PATIENCE_S) == "after"
    assert caplog.text.count("is dropped") == 1


def test_text_that_is_no_unicode_is_dropped(
    folder: Path, server_end: ramwire.Channel[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        write(folder, b"\xff\xfe\nafter\n")
        assert server_end.recv(timeout=PATIENCE_S) == "after"
    assert "is dropped" in caplog.text


def test_second_server_is_refused_and_told_who_is_there(url: str, server_end: ramwire.Channel[str]) -> None:
    with pytest.raises(ramwire.Refused, match=str(os.getpid())):
        ramwire.Channel(url, end="server")
    server_end.close()
    ramwire.Channel(url, end="server").close()


def test_close_removes_what_this_end_has_made_and_nothing_else(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "recv")
    (folder / "notes").touch()
    with ramwire.Channel(url, end="client"):
        assert sorted(os.listdir(folder)) == ["notes", "recv", "send"]
    assert sorted(os.listdir(folder)) == ["notes", "recv"]


def test_fork_leaves_the_channel_to_the_parent(
    folder: Path, url: str, server_end: ramwire.Channel[str]
) -> None:
    child = os.fork()
    if child == 0:
        try:
            server_end.recv(timeout=1)
        except ramwire.Refused:
            server_end.close()
            os._exit(0 if (folder / "send").is_fifo() else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    with ramwire.Channel(url, end="client") as client:
        client.send("ahoy", timeout=PATIENCE_S)
        assert server_end.recv(timeout=PATIENCE_S) == "ahoy"


def test_several_clients_tear_no_large_message(url: str, server_end: ramwire.Channel[str]) -> None:
    with ThreadPoolExecutor(3) as pool:

        def send(letter: str) -> None:
            with ramwire.Channel(url, end="client") as client:
                for _ in range(5):
                    client.send(letter * 100_000, timeout=PATIENCE_S)

        sending = [pool.submit(send, letter) for letter in "abc"]
        heard = [server_end.recv(timeout=PATIENCE_S) for _ in range(15)]
        for each in sending:
            each.result()
    assert sorted(heard) == sorted([letter * 100_000 for letter in "abc"] * 5)
