"""The `unix:` wire among strangers."""

from __future__ import annotations

import array
import os
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from ramwire.connection import handshake
from ramwire.connection.stream import Stream
from ramwire.sessions.contract import Gone
from ramwire.testing.process import until

import ramwire
from tests.ramwire.connection.ends import Meeting, descriptors
from tests.ramwire.connection.hostility import ConnectionHostility


class TestUnixHostility(ConnectionHostility):
    """What all connections are told."""


def greet(meeting: Meeting, greeting: bytes, *fds: int) -> Stream:
    """As a client of ours does, up to the pipe for its requests; in its place comes something else."""
    connected = socket.socket(socket.AF_UNIX)
    connected.connect(meeting.address)
    stream = Stream(connected, brisk=True)
    assert handshake.as_caller(stream, meeting.key, time.monotonic() + 10)
    connected.sendmsg(
        [greeting], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    )
    return stream


def is_let_go(stream: Stream) -> bool:
    try:
        stream.receive(100, time.monotonic() + 10)
    except Gone:
        return True
    return False


@pytest.mark.parametrize("kind", ["nothing", "file", "socket", "directory", "two", "other greeting"])
def test_client_that_passes_no_pipe_is_let_go(meeting: Meeting, kind: str, tmp_path: Path) -> None:
    with ramwire.Server(meeting.url, verbs={"echo": lambda value: value}), ExitStack() as stack:
        before = descriptors()
        pipe = os.pipe()
        folder = os.open(tmp_path, os.O_RDONLY)
        file = os.open(tmp_path / "file", os.O_CREAT | os.O_RDWR)
        for fd in (*pipe, folder, file):
            stack.callback(os.close, fd)
        other = stack.enter_context(socket.socket(socket.AF_UNIX))
        passed = {
            "nothing": [],
            "file": [file],
            "socket": [other.fileno()],
            "directory": [folder],
            "two": [pipe[0], file],
            "other greeting": [pipe[0]],
        }[kind]
        stream = greet(meeting, b"?" if kind == "other greeting" else b"@", *passed)
        stack.callback(stream.close)
        assert is_let_go(stream)
        stack.close()
        with ramwire.Client(meeting.url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1
        until(lambda: descriptors() <= before)


@pytest.mark.parametrize("junk", [b"?", b"c", b"L", b"LL", b"c" * 4096, b"\0", b"n\xff\n"])
def test_junk_in_the_pipe_harms_nobody(meeting: Meeting, junk: bytes) -> None:
    with ramwire.Server(meeting.url, verbs={"echo": lambda value: value}):
        out, into = os.pipe()
        stream = greet(meeting, b"@", out)
        os.close(out)
        os.write(into, junk)
        with ramwire.Client(meeting.url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1
        os.close(into)
        stream.close()
        with ramwire.Client(meeting.url, timeout=10.0) as client:
            assert client.call("echo", 2) == 2
