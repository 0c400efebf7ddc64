"""A program that knows no more than that the file's first page begins with the newest message."""

from __future__ import annotations

import mmap
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest
from ramwire.contract import End

import ramwire

from .conftest import Memory

PATIENCE_S = 10.0


@pytest.fixture
def server(memory: Memory) -> Iterator[ramwire.Channel[str]]:
    with ramwire.Channel(memory.url, end="server") as channel:
        yield channel


@pytest.fixture
def client(memory: Memory, server: ramwire.Channel[str]) -> Iterator[ramwire.Channel[str]]:
    del server  # it comes first
    with ramwire.Channel(memory.url, end="client") as channel:
        yield channel


@pytest.fixture
def page(memory: Memory, server: ramwire.Channel[str]) -> Iterator[mmap.mmap]:
    """The first page, mapped before anything was sent, and kept."""
    del server  # it makes the file
    with memory.path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), mmap.PAGESIZE, access=mmap.ACCESS_READ)
    with mapped:
        yield mapped


def newest(page: mmap.mmap) -> bytes:
    page.seek(0)
    return page.readline()


def test_page_begins_empty(page: mmap.mmap) -> None:
    assert newest(page) == b"\n"


def test_each_message_replaces_the_line(server: ramwire.Channel[str], page: mmap.mmap) -> None:
    for text in ("short", "a longer one", "μ", "", "x" * (mmap.PAGESIZE - 1), "end"):
        server.send(text)
        assert newest(page) == text.encode() + b"\n"


def test_nothing_of_a_longer_message_stays_behind(server: ramwire.Channel[str], page: mmap.mmap) -> None:
    server.send("x" * 1000)
    server.send("short")
    assert page[:] == b"short".ljust(mmap.PAGESIZE, b"\n")


def test_messages_of_the_other_end_are_shown_too(client: ramwire.Channel[str], page: mmap.mmap) -> None:
    client.send("from the client", timeout=PATIENCE_S)
    assert newest(page) == b"from the client\n"


def test_reader_that_maps_later_sees_the_newest(memory: Memory, server: ramwire.Channel[str]) -> None:
    server.send("before")
    server.send("newest")
    with memory.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        assert whole.readline() == b"newest\n"


def test_shell_reads_the_first_line(memory: Memory, server: ramwire.Channel[str]) -> None:
    server.send("ahoy")
    assert memory.bash().out == "ahoy\n"


def test_reader_of_its_own_process_sees_what_comes(memory: Memory, server: ramwire.Channel[str]) -> None:
    with memory.peer("mmap_reader.py", "end") as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"mapped\n"
        for text in ("one", "two", "end"):
            server.send(text)
            assert reader.stdout.readline() == text.encode() + b"\n"


@pytest.mark.parametrize("end", ["server", "client"])
def test_hardly_a_line_is_torn_even_where_none_is_waited_for(
    memory: Memory, server: ramwire.Channel[str], client: ramwire.Channel[str], end: End
) -> None:
    """By a reader without a pause, while messages of all lengths come as fast as they can: one in a thousand
    would be many.
    """
    luck = random.Random(1)  # noqa: S311 - luck, not a secret
    sender, receiver = (server, client) if end == "server" else (client, server)
    with memory.peer("mmap_hammer.py") as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"mapped\n"
        for _ in range(5000):
            sender.send(luck.choice("abcdefghijklmnopqrstuvwxyz") * luck.randrange(1, 2000), PATIENCE_S)
            receiver.recv(PATIENCE_S)
        sender.send("end")
        whole, torn = map(int, reader.stdout.readline().split())
    assert whole > 1000
    assert torn * 100 < whole


KILLED = """
import os, sys, ramwire
ramwire.Channel(sys.argv[1], end="server").send("first")
os._exit(0)  # as by a kill: nothing is removed
"""


def test_reader_keeps_its_page_when_the_server_is_killed_and_returns(memory: Memory) -> None:
    """The new server goes on in the same file."""
    subprocess.run([sys.executable, "-c", KILLED, memory.url], check=True)
    with (
        memory.path.open("rb") as file,
        mmap.mmap(file.fileno(), mmap.PAGESIZE, access=mmap.ACCESS_READ) as page,
    ):
        assert newest(page) == b"first\n"
        with ramwire.Channel(memory.url, end="server") as server:
            assert newest(page) == b"\n"
            server.send("second")
            assert newest(page) == b"second\n"
