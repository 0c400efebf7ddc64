"""How a session begins: the client makes all of it, and hands the server's share over in one message.

At `PATH.socket` it sends a line that says what it begins, and with it the descriptors. Neither end keeps what
is the other's, so that the death of either is an end of file, a POLLHUP or an EPIPE at the other.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ramwire.errors import BadMessage, Refused

SERVICE = b"ramwire mmap 1 service\n"
CHANNEL = b"ramwire mmap 1 channel\n"

_PATIENCE_S = 5.0
_MOST_DESCRIPTORS = 8
_CREDENTIALS = struct.Struct("3i")


def peer_of(connection: socket.socket) -> int:
    """The pid of the other end's process. Raises `Refused` where it is not this user's."""
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, _ = _CREDENTIALS.unpack(data)
    if uid != os.geteuid():
        raise Refused(f"process {pid} belongs to another user (uid {uid}): nothing is exchanged with it")
    return int(pid)


def give(connection: socket.socket, what: bytes, fds: Sequence[int]) -> None:
    """The client's part. Raises OSError."""
    socket.send_fds(connection, [what], list(fds))


@contextmanager
def received(
    connection: socket.socket, what: bytes, count: int, patience_s: float = _PATIENCE_S
) -> Iterator[list[int]]:
    """The server's part: so many descriptors, closed at the end.

    Waits for a client that says nothing, but not for ever. Raises `BadMessage` for anything else, OSError.
    """
    connection.settimeout(patience_s)
    try:
        said, fds, flags, _ = socket.recv_fds(
            connection, len(what) + 1, _MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
    except (socket.timeout, BlockingIOError) as error:
        raise BadMessage("a client that came has said nothing") from error
    try:
        if flags & socket.MSG_CTRUNC:
            raise OSError(errno.EMFILE, "not all descriptors could be received")
        if not said:
            raise ConnectionResetError(errno.ECONNRESET, "the client has left")
        if said != what or len(fds) != count:
            raise BadMessage(f"a client that came has said {said!r} with {len(fds)} descriptors")
        yield fds
    finally:
        for fd in fds:
            os.close(fd)


def open_pipe(fd: int, flags: int) -> int:
    """A pipe that was received, not blocking. It is opened anew: the flags of what was received are shared.

    Raises `BadMessage` where it is no pipe, OSError where its other end is closed.
    """
    if not stat.S_ISFIFO(os.fstat(fd).st_mode):
        raise BadMessage("a descriptor that was handed over is no pipe")
    return os.open(f"/proc/self/fd/{fd}", flags | os.O_NONBLOCK | os.O_CLOEXEC)
