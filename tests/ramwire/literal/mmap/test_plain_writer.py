"""A program that keeps the first line of a file up to date is the server's end for a client of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from ramwire.testing.process import idle_wake_ups

import ramwire

from .conftest import Memory

PATIENCE_S = 10.0


@pytest.fixture
def client(memory: Memory) -> Iterator[ramwire.Channel[str]]:
    with ramwire.Channel(memory.url, end="client") as channel:
        yield channel


def test_lines_of_a_mapped_page_are_received(memory: Memory, client: ramwire.Channel[str]) -> None:
    with memory.peer("mmap_writer.py") as writer:
        assert writer.stdin is not None
        for text in ("now we are in memory", "again"):
            writer.stdin.write(text.encode() + b"\n")
            writer.stdin.flush()
            assert client.recv(timeout=PATIENCE_S) == text


def test_line_that_lay_there_is_received(memory: Memory, client: ramwire.Channel[str]) -> None:
    memory.path.write_text("before\n")
    assert client.recv(timeout=PATIENCE_S) == "before"


def test_lines_of_a_shell_are_received(memory: Memory, client: ramwire.Channel[str]) -> None:
    for text in ("one", "two"):
        memory.path.write_text(text + "\n")  # as `>` does
        assert client.recv(timeout=PATIENCE_S) == text


def test_half_a_line_is_not_received(memory: Memory, client: ramwire.Channel[str]) -> None:
    memory.path.write_text("ha")
    with pytest.raises(ramwire.Timeout):
        client.recv(timeout=0.1)
    with memory.path.open("a") as file:
        file.write("lf\n")
    assert client.recv(timeout=PATIENCE_S) == "half"


def test_plain_file_is_only_read(memory: Memory, client: ramwire.Channel[str]) -> None:
    memory.path.write_text("theirs\n")
    assert client.recv(timeout=PATIENCE_S) == "theirs"
    with pytest.raises(ramwire.Timeout):
        client.send("ours", timeout=0.1)
    client.close()
    assert memory.path.read_text() == "theirs\n"


WAITING_CLIENT = """
import sys, ramwire
channel = ramwire.Channel(sys.argv[1], end="client")
print(channel.recv(), flush=True)
print(channel.recv(), flush=True)
"""


def test_client_rests_while_nobody_has_the_file_open(memory: Memory) -> None:
    memory.path.write_text("one\n")
    command = [sys.executable, "-c", WAITING_CLIENT, memory.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "one\n"
        assert not idle_wake_ups(client.pid, 0.5)
        memory.path.write_text("two\n")
        assert client.stdout.readline() == "two\n"


def test_server_of_ours_takes_over_where_the_plain_file_is_gone(
    memory: Memory, client: ramwire.Channel[str]
) -> None:
    memory.path.write_text("theirs\n")
    assert client.recv(timeout=PATIENCE_S) == "theirs"
    memory.path.unlink()
    with ramwire.Channel(memory.url, end="server") as server:
        server.send("ours")
        assert client.recv(timeout=PATIENCE_S) == "ours"
