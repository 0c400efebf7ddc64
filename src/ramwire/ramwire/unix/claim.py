"""Whose a request is: one byte in a pipe that both ends can read.

The client puts the byte in before it sends the request. The server takes it out right before it runs the
request, a client that gives up takes it back: whoever gets it owns the request. So a client knows for certain
whether a request that it gives up can still run, even where the server is stopped or dead.
"""

from __future__ import annotations

import array
import os
import socket
import stat

from ramwire.errors import BadMessage
from ramwire.sessions.contract import Gone

_TOKEN = b"+"
_GREETING = b"@"
"""Sent once, with the pipe's descriptor; it is no frame."""


class Claim:
    """One end's hold of the pipe."""

    def __init__(self, *fds: int) -> None:
        self._fds = fds
        self._out = fds[0]
        self._in = fds[-1]

    def put(self) -> None:
        os.write(self._in, _TOKEN)

    def take(self) -> bool:
        """Whether the byte was still there, and is ours now."""
        try:
            return bool(os.read(self._out, 1))
        except BlockingIOError:
            return False

    def close(self) -> None:
        fds, self._fds = self._fds, ()
        for fd in fds:
            os.close(fd)

    def pass_on(self, connected: socket.socket) -> None:
        """Give the server its end."""
        message = array.array("i", [self._out])
        connected.sendmsg([_GREETING], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, message)])


def make() -> Claim:
    """A client's claim. Raises OSError where no descriptor is left."""
    out, into = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    return Claim(out, into)


def accept(connected: socket.socket) -> Claim:
    """The server's end of a claim, from a client that has passed it on; it must be readable. Raises
    `BadMessage`.
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
    if data != _GREETING or len(fds) != 1:
        for fd in fds:
            os.close(fd)
        raise BadMessage("a client of ours sent no claim after the handshake")
    if not stat.S_ISFIFO(os.fstat(fds[0]).st_mode):
        os.close(fds[0])
        raise BadMessage("a client of ours sent something else than a pipe for its claim")
    os.set_blocking(fds[0], False)
    return Claim(fds[0])
