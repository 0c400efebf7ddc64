"""The pipe that the requests of a session go through: both ends can read it.

What lies in it is nobody's yet. The server takes a request by reading it, a client that gives up takes it
back in the same way, and the kernel gives it to one of them. So a client knows for certain whether a request
that it gives up can still run, even where the server is stopped or dead.

A request that is too long to be written in one piece goes over the socket. `LONG` in the pipe says so before,
and `CLAIM` after: that is what one of the two gets then.
"""

from __future__ import annotations

import array
import os
import select
import socket
import stat

from ramwire.errors import BadMessage
from ramwire.sessions.contract import Gone

SHORT_BYTES = 4096
"""Written, and read, whole or not at all (pipe(7), PIPE_BUF)."""

LONG = b"L"
CLAIM = b"+"

_GREETING = b"@"
"""Sent once, with the pipe's descriptor; it is no frame."""


class Outgoing:
    """The client's end."""

    def __init__(self) -> None:
        """Raises OSError where no descriptor is left."""
        self._out, self._into = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def pass_on(self, connected: socket.socket) -> None:
        """Let the server read from it too."""
        message = array.array("i", [self._out])
        connected.sendmsg([_GREETING], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, message)])

    def put(self, record: bytes) -> None:
        os.write(self._into, record)

    def take_back(self) -> bool:
        """Whether what was put last was still there, and is ours again."""
        try:
            return bool(os.read(self._out, SHORT_BYTES))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Twice is fine."""
        if self._out >= 0:
            os.close(self._out)
            os.close(self._into)
            self._out = self._into = -1


class Incoming:
    """The server's end. It waits at the socket too, which tells of the client's death, and of `interrupt`."""

    def __init__(self, fd: int, connected: socket.socket) -> None:
        self._fd = fd
        ready = select.poll()
        ready.register(fd, select.POLLIN)
        ready.register(connected, select.POLLRDHUP)
        self._wait = ready.poll

    def take(self) -> bytes:
        """The next record, of a client that lives. Raises `Gone`."""
        while True:
            # Whatever is in the pipe: of a client that has died, or has given up its session, nothing is run.
            for fd, _ in self._wait():
                if fd != self._fd:
                    raise Gone
            try:
                record = os.read(self._fd, SHORT_BYTES)
            except BlockingIOError:
                continue  # it was taken back meanwhile
            if not record:
                raise Gone
            return record

    def close(self) -> None:
        os.close(self._fd)


def accept(connected: socket.socket) -> Incoming:
    """The end that a client passes on; the socket must be readable. Raises `BadMessage`, and `Gone` where it
    has left in place of that.
    """
    size = array.array("i").itemsize
    # With room for one descriptor alone the kernel closes what else a client may send.
    data, passed, _, _ = connected.recvmsg(len(_GREETING), socket.CMSG_SPACE(size), socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, content in passed:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(content[: len(content) - len(content) % size])
    if not data:
        raise Gone
    if data == _GREETING and len(fds) == 1 and stat.S_ISFIFO(os.fstat(fds[0]).st_mode):
        os.set_blocking(fds[0], False)
        return Incoming(fds[0], connected)
    for fd in fds:
        os.close(fd)
    raise BadMessage("a client of ours sent no pipe for its requests after the handshake")
