"""A client and a server of the `mmap:` wire by hand, which may say anything."""

from __future__ import annotations

import fcntl
import os
import select
import socket
from collections.abc import Sequence
from pathlib import Path

SERVICE = b"ramwire mmap 1 service\n"
CHANNEL = b"ramwire mmap 1 channel\n"
AREA_BYTES = 64 << 10
WELCOME = b"+" * 8
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
PATIENCE_MS = 10_000


def memory(size_bytes: int = AREA_BYTES, seals: int = SEALS) -> int:
    """A memfd."""
    fd = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, size_bytes)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


def bell(kind: bytes, size: int) -> bytes:
    return kind + size.to_bytes(7, "little")


class Client:
    """A session begun by hand. `heard` is what the server has rung."""

    def __init__(self, path: Path, what: bytes = SERVICE, area: int | None = None) -> None:
        self.area = memory() if area is None else area
        theirs, self.bell = os.pipe()
        self.back, back_there = os.pipe()
        self.connection = connected(path)
        give(self.connection, what, (self.area, theirs, back_there))
        for fd in (theirs, back_there):
            os.close(fd)

    def ask(self, request: bytes) -> None:
        os.pwrite(self.area, request, 0)
        os.write(self.bell, bell(b"r", len(request)))

    def heard(self, size: int = 8) -> bytes:
        """b"" where the server has closed the session."""
        poller = select.poll()
        poller.register(self.back, select.POLLIN)
        assert poller.poll(PATIENCE_MS), "the server says nothing"
        return os.read(self.back, size)

    def close(self) -> None:
        self.connection.close()
        for fd in (self.area, self.bell, self.back):
            os.close(fd)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"{path}.socket")
    return connection


def give(connection: socket.socket, what: bytes, fds: Sequence[int]) -> None:
    socket.send_fds(connection, [what], list(fds))


class Server:
    """Listens at PATH.socket, and takes one session over."""

    def __init__(self, path: Path) -> None:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(f"{path}.socket")
        self._listening.listen()
        self._listening.settimeout(PATIENCE_MS / 1000)

    def take_over(self, welcome: bytes = WELCOME) -> None:
        connection, _ = self._listening.accept()
        with connection:
            _, (self.area, self.bell, self.back), _, _ = socket.recv_fds(connection, 100, 3)
        os.write(self.back, welcome)

    def asked(self) -> bytes:
        """The next request's bell."""
        poller = select.poll()
        poller.register(self.bell, select.POLLIN)
        assert poller.poll(PATIENCE_MS), "the client asks nothing"
        return os.read(self.bell, 8)

    def answer(self, record: bytes, size: int | None = None) -> None:
        os.pwrite(self.area, record, 0)
        os.write(self.back, bell(b".", len(record) if size is None else size))

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        for fd in (self.area, self.bell, self.back):
            os.close(fd)
