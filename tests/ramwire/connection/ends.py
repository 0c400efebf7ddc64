"""Where a wire's tests meet, and programs that break off in the middle."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection
from typing import Union

Address = Union[str, tuple[str, int]]


@dataclass(frozen=True)
class Meeting:
    """An address of ours, the same for `multiprocessing.connection`, and the key of both."""

    url: str
    address: Address
    key: bytes

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET

    @contextmanager
    def raw(self) -> Iterator[socket.socket]:
        """Connected, and not a word said yet."""
        with socket.socket(self.family) as connected:
            connected.settimeout(10)
            connected.connect(self.address)
            yield connected

    def stranger(self) -> Connection:
        """Connected, in the frames of `multiprocessing.connection`, and before the handshake."""
        with socket.socket(self.family) as connected:
            connected.connect(self.address)
            return Connection(connected.detach())

    def listener(self) -> socket.socket:
        """Listens at the address, and says nothing of itself."""
        listening = socket.socket(self.family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(self.address)
        listening.listen()
        listening.settimeout(10)
        return listening

    def literal(self) -> Connection:
        """A client that knows `multiprocessing.connection` and nothing of us."""
        return Client(self.address, authkey=self.key)


def frame(payload: bytes) -> bytes:
    return struct.pack("!i", len(payload)) + payload


def is_hung_up_on(connected: socket.socket) -> bool:
    """Reads what the other end still says, until it closes; a timeout is no end."""
    try:
        while connected.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


@contextmanager
def program(source: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Runs in a process of its own, from the moment it has said `ready`."""
    with subprocess.Popen(
        [sys.executable, "-c", source, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def descriptors(pid: int | None = None) -> int:
    return len(os.listdir(f"/proc/{pid or os.getpid()}/fd"))


def lowest_free_descriptor() -> int:
    fd = os.open(os.devnull, os.O_RDONLY)
    os.close(fd)
    return fd
