"""`PATH`, held by the one server that serves there.

Two pages: the first is the line that plain readers see, the second says what the file is. A file that holds
anything else is somebody's: it is refused and not touched.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from ramwire.errors import NoSpace, Refused
from ramwire.shared_memory.place import PAGE_BYTES, SAFE, Folder

MARK = b"ramwire mmap 1\n"

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Held(Refused):
    """Another server of ours serves here."""


def open_page(folder: Folder, flags: int) -> int:
    """A descriptor of PATH. Raises `Refused` for what is no file of this user, OSError."""
    try:
        fd = os.open(folder.name, flags | SAFE, 0o600, dir_fd=folder.fd)
    except OSError as error:
        if error.errno in _FULL:
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


def is_ours(fd: int) -> bool:
    """Whether a server of ours has made this file, or it holds nothing."""
    data = os.pread(fd, 2 * PAGE_BYTES + 1, 0)
    if len(data) == 2 * PAGE_BYTES and data.startswith(MARK, PAGE_BYTES):
        return True
    # Killed while it made the file, a server leaves it half blank; so does the loop that others begin with.
    return len(data) <= 2 * PAGE_BYTES and not data.strip(b"\n\0")


def holder_pid(fd: int) -> str:
    """As the file says, "unknown" where it does not."""
    lines = os.pread(fd, 100, PAGE_BYTES).split(b"\n")
    pid = lines[1] if len(lines) > 1 and lines[0] + b"\n" == MARK else b""
    return pid.decode() if pid.isdigit() and len(pid) < 20 else "unknown"


class Holding:
    """The file and its lock, from the moment it is made. Raises `Held`, `Refused`, OSError."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
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
                f"{self._folder.path} is served already, by process {holder_pid(fd)}: stop that one first"
            ) from None

    def _lay_out(self, fd: int) -> None:
        if not is_ours(fd):
            raise Refused(
                f"{self._folder.path} holds something that is not ramwire's: it is not touched; "
                "remove it, or choose another path"
            )
        mark = MARK + b"%d\n" % os.getpid()
        pages = b"\n" * PAGE_BYTES + mark.ljust(PAGE_BYTES, b"\n")
        try:
            written = os.pwrite(fd, pages, 0)
        except OSError:
            written = 0
        if written < len(pages):
            os.unlink(self._folder.name, dir_fd=self._folder.fd)
            raise NoSpace(f"{self._folder.path}: the drive has no room for {len(pages)} bytes; make some")

    def is_current(self) -> bool:
        """Whether PATH still means this file."""
        return self._folder.is_current() and self._folder.names(self._folder.name, os.fstat(self.fd))

    def remove(self) -> None:
        """Delete the file, if PATH still means it."""
        if self._folder.names(self._folder.name, os.fstat(self.fd)):
            os.unlink(self._folder.name, dir_fd=self._folder.fd)

    def close(self) -> None:
        """Let go of the lock."""
        os.close(self.fd)
