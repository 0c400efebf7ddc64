"""Where an address lies: `PATH`, which is a server's lock and the first page, and `PATH.socket`."""

from __future__ import annotations

import errno
import mmap
import os
import stat
import time

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.url import Url

log = Journal(__name__)

SOCKET = ".socket"
PAGE_BYTES = mmap.PAGESIZE
FULL = (errno.ENOSPC, errno.EDQUOT)
SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_LONGEST_POLL_MS = 1e9


def path_of(url: Url) -> str:
    """The file that an address names. Raises `Refused` where it names none."""
    if not os.path.basename(url.rest) or "\0" in url.rest:
        raise Refused(f"{url.text}: the address is mmap:PATH, a file that need not exist yet")
    return os.path.abspath(url.rest)


def poll_ms(deadline: float) -> float | None:
    """What poll() wants to be told, to wait until a deadline; None for ever."""
    if deadline == float("inf"):
        return None
    return min(max(0.0, deadline - time.monotonic()) * 1000, _LONGEST_POLL_MS)


class Folder:
    """The folder of PATH, held open: what is done in it is done in this one, whatever takes its name."""

    def __init__(self, path: str) -> None:
        """Made where it is missing, 0700. Raises OSError."""
        self.path = path
        self.name = os.path.basename(path)
        self.socket_name = self.name + SOCKET
        above = os.path.dirname(path)
        os.makedirs(above, 0o700, exist_ok=True)
        self.fd = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def at(self, name: str) -> str:
        """A path for those calls that know no directory descriptor, and none longer than 107 bytes."""
        return f"/proc/self/fd/{self.fd}/{name}"

    def is_current(self) -> bool:
        """Whether its name still means this folder."""
        return self._is_named(os.path.dirname(self.path), None, os.fstat(self.fd))

    def names(self, name: str, status: os.stat_result) -> bool:
        """Whether a name in it means that file."""
        return self._is_named(name, self.fd, status)

    @staticmethod
    def _is_named(name: str, folder: int | None, status: os.stat_result) -> bool:
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=folder is None)
        except OSError:
            return False
        return os.path.samestat(found, status)

    def remove(self, name: str, status: os.stat_result) -> None:
        """Delete a name in it, if it means that file."""
        if self.names(name, status):
            try:
                os.unlink(name, dir_fd=self.fd)
            except OSError as error:
                log.warning("%s cannot be removed: %s", os.path.join(os.path.dirname(self.path), name), error)

    def check_socket(self) -> None:
        """Raises `Refused` where something else than a socket of this user lies at PATH.socket,
        FileNotFoundError where nothing does.
        """
        status = os.stat(self.socket_name, dir_fd=self.fd, follow_symlinks=False)
        if not stat.S_ISSOCK(status.st_mode):
            raise Refused(
                f"{self.path}{SOCKET} is no socket: it is not touched; remove it, or choose another path"
            )
        if status.st_uid != os.geteuid():
            raise Refused(f"{self.path}{SOCKET} belongs to another user (uid {status.st_uid})")

    def close(self) -> None:
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)
