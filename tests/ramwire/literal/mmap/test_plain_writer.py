"""A program that keeps the first line of a file up to date is the server's end for a client of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
