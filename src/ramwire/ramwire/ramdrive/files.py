"""Reading and writing files that somebody else may have made: nothing is followed, trusted or waited for."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from ramwire.errors import BadMessage, NoSpace, Refused

SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR | SAFE
_ONE_READ_BYTES = 65536
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Unsafe(Refused):
    """A file that is not what its name says: another's, a link, a pipe, a folder, too large."""


def open_safely(name: bytes, dir_fd: int, flags: int, is_kind: Callable[[int], bool] = stat.S_ISREG) -> int:
    """A descriptor of a file of our own and of the kind wanted. Raises `Unsafe`, or FileNotFoundError."""
    try:
        fd = os.open(name, flags | SAFE, dir_fd=dir_fd)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.EACCES, errno.EPERM):
            raise Unsafe(f"{os.fsdecode(name)}: {error.strerror}") from error
        raise
    status = os.fstat(fd)
    if is_kind(status.st_mode) and status.st_uid == os.geteuid():
        return fd
    os.close(fd)
    what = (
        "not of the right kind" if status.st_uid == os.geteuid() else f"of another user (uid {status.st_uid})"
    )
    raise Unsafe(f"{os.fsdecode(name)}: it is {what}")


def create(name: bytes, dir_fd: int) -> int:
    """A new file, 0600, open for reading and writing."""
    return os.open(name, _NEW, 0o600, dir_fd=dir_fd)


def read(fd: int, most_bytes: int) -> bytes:
    """The whole file, from its start. `BadMessage` where it is larger than allowed."""
    data = os.pread(fd, _ONE_READ_BYTES, 0)
    if len(data) < _ONE_READ_BYTES:
        return data
    size = os.fstat(fd).st_size
    if size > most_bytes:
        raise BadMessage(f"a file of {size} bytes, where {most_bytes} are the most")
    parts = [data]
    at = len(data)
    while at < size:
        part = os.pread(fd, size - at, at)
        if not part:
            break
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def remove(name: bytes, dir_fd: int) -> bool:
    """Delete a name; False where it was gone, so that one caller alone gets True."""
    try:
        os.unlink(name, dir_fd=dir_fd)
    except FileNotFoundError:
        return False
    return True


def listing(dir_fd: int) -> list[str]:
    """The names in a folder."""
    # os.listdir(dir_fd) would share its position with every other thread that lists the same descriptor.
    own = os.open(b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=dir_fd)
    try:
        return os.listdir(own)
    finally:
        os.close(own)


@contextmanager
def full_drive_is_an_error(what: str) -> Iterator[None]:
    """Turn ENOSPC and EDQUOT, for bytes and inodes alike, into `NoSpace`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpace(
                f"{what}: the drive is full ({error.strerror}); remove files from it, or enlarge it"
            ) from error
        raise


def has_writer(fd: int) -> bool:
    """Whether somebody still has the file open for writing.

    A read lease is granted only where nobody has. A writer that comes in the instant in which we hold it
    waits that long; the signal that would tell us is set to one that does nothing by default (SIGIO would end
    the process).
    """
    try:
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN  # other errors: no leases on this filesystem
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


class Slot:
    """A file written over and over, and linked into a folder to be seen: no file is made for each message."""

    __slots__ = ("_size", "fd", "name")

    def __init__(self, fd: int, name: bytes) -> None:
        self.fd = fd
        self.name = name
        self._size = os.fstat(fd).st_size

    def put(self, data: bytes) -> None:
        """Replace the content. Raises OSError; the room taken by a half-written one is given back."""
        size = len(data)
        try:
            done = os.pwrite(self.fd, data, 0)
            while done < size:
                done += os.pwrite(self.fd, data[done:], done)
        except OSError:
            os.ftruncate(self.fd, 0)
            self._size = 0
            raise
        if size < self._size:
            os.ftruncate(self.fd, size)
        self._size = size
