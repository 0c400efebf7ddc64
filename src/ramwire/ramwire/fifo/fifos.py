"""One FIFO, held whatever its name comes to mean, and the ways to open it that wait for nobody."""

from __future__ import annotations

import errno
import os
import stat

from ramwire.errors import Refused

_PIN = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_END = os.O_NONBLOCK | os.O_CLOEXEC
MODE = 0o600


class Fifo:
    """Pinned without being opened (O_PATH): nothing that is no FIFO of ours is ever opened."""

    def __init__(self, name: bytes, folder: int, shown: str) -> None:
        """`shown` is its path in messages. Raises `Refused` for what is no FIFO of our own, OSError."""
        self.shown = shown
        self._pin = os.open(name, _PIN, dir_fd=folder)
        self._path = b"/proc/self/fd/%d" % self._pin
        try:
            status = os.fstat(self._pin)
            _check(status, shown)
            if stat.S_IMODE(status.st_mode) != MODE:
                os.chmod(self._path, MODE)
        except BaseException:
            self.close()
            raise
        self._identity = (status.st_dev, status.st_ino)

    def is_at(self, name: bytes, folder: int) -> bool:
        """Whether the name still means this FIFO. Raises OSError where one may not look."""
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def reader(self) -> int:
        """A descriptor to read from. Writers find a reader from now on."""
        return os.open(self._path, os.O_RDONLY | _END)

    def writer(self) -> int:
        """A descriptor to write to, whether or not somebody reads. Readers find a writer from now on."""
        try:
            return os.open(self._path, os.O_WRONLY | _END)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        # Without a reader this is not opened for writing: be one for that moment.
        both = self.both()
        try:
            return os.open(self._path, os.O_WRONLY | _END)
        finally:
            os.close(both)

    def writer_to_a_reader(self) -> int:
        """A descriptor to write to. Raises OSError (ENXIO) where nobody reads."""
        return os.open(self._path, os.O_WRONLY | _END)

    def both(self) -> int:
        """A descriptor to write to, and to read back from what nobody has read."""
        return os.open(self._path, os.O_RDWR | _END)

    def close(self) -> None:
        if self._pin >= 0:
            os.close(self._pin)
            self._pin = -1


def _check(status: os.stat_result, shown: str) -> None:
    if not stat.S_ISFIFO(status.st_mode):
        raise Refused(
            f"{shown} is {_kind(status.st_mode)}, where a FIFO belongs; it is left as it is: move it away"
        )
    if status.st_uid != os.geteuid():
        raise Refused(f"{shown} belongs to another user (uid {status.st_uid}): nothing is read from it")


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFREG: "a regular file",
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")
