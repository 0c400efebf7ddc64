"""`PATH`, held by the one server that serves there.

A file that holds anything but the two pages is somebody's: it is refused, and not touched.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from ramwire.errors import NoSpace, Refused
from ramwire.shared_memory import mark
from ramwire.shared_memory.mark import Kind
from ramwire.shared_memory.place import FULL, PAGE_BYTES, SAFE, Folder


class Held(Refused):
    """Another server of ours serves here."""


def open_page(folder: Folder, flags: int) -> int:
    """A descriptor of PATH. Raises `Refused` for what is no file of this user, OSError."""
    try:
        fd = os.open(folder.name, flags | SAFE, 0o600, dir_fd=folder.fd)
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace(f"{folder.path}: the drive is full ({error.strerror}); make room on it") from error
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.EACCES, errno.EPERM):
            raise Refused(
                f"{folder.path} is no file that may be used here ({error.strerror}): nothing is touched"
            ) from error
        raise
    status = os.fstat(fd)
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
        return fd
    os.close(fd)
    mine = status.st_uid == os.geteuid()
    what = "no regular file" if mine else f"another user's (uid {status.st_uid})"
    raise Refused(f"{folder.path} is {what}: nothing is touched; choose another path")


def _holder(page: int) -> str:
    found = mark.read(page)
    return found.pid if found is not None else "unknown"


class Holding:
    """The file and its lock, from the moment it is made. Raises `Held`, `Refused`, OSError."""

    def __init__(self, folder: Folder, kind: Kind) -> None:
        self._folder = folder
        self._kind = kind
        self.fd = self._take()

    def _take(self) -> int:
        while True:
            fd = open_page(self._folder, os.O_RDWR | os.O_CREAT)
            try:
                self._lock(fd)
                if not self._folder.names(self._folder.name, os.fstat(fd)):
                    os.close(fd)  # its last holder has removed it meanwhile
                    continue
                self._lay_out(fd)
            except BaseException:
                os.close(fd)
                raise
            return fd

    def _lock(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(
                f"{self._folder.path} is served already, by process {_holder(fd)}: stop that one first"
            ) from None

    def _lay_out(self, fd: int) -> None:
        if mark.read(fd) is None and not mark.is_blank(fd):
            raise Refused(
                f"{self._folder.path} holds something that is not ramwire's: it is not touched; "
                "remove it, or choose another path"
            )
        try:
            mark.lay_out(fd, self._kind)
        except OSError as error:
            os.unlink(self._folder.name, dir_fd=self._folder.fd)
            raise NoSpace(
                f"{self._folder.path}: the drive has no room for {2 * PAGE_BYTES} bytes; make some"
            ) from error

    def is_current(self) -> bool:
        """Whether PATH still means this file."""
        return self._folder.is_current() and self._folder.names(self._folder.name, os.fstat(self.fd))

    def remove(self) -> None:
        """Delete the file, if PATH still means it."""
        self._folder.remove(self._folder.name, os.fstat(self.fd))

    def close(self) -> None:
        """Let go of the lock."""
        os.close(self.fd)
