"""The folders of a service: `server/` and `client/`, which everybody sees, and `lanes/` for what we need
beside.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
import weakref
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.ramdrive import files

log = Journal(__name__)

_TRIES = 100
_TRY_AGAIN_S = 0.001

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Place:
    """Descriptors of the three folders. They go on meaning these folders when others take their names.

    They are closed with the last reference, never before: a thread that comes late with an answer must not
    write into what has taken their numbers.
    """

    FOLDERS = (b"server", b"client", b"lanes")

    def __init__(self, path: str) -> None:
        """Make what is not there, 0700. `Refused` where a folder cannot be made or is another user's."""
        self.path = os.fsencode(path)
        self._fds: list[int] = []
        self._made: list[bytes] = []
        weakref.finalize(self, _close, self._fds).atexit = False  # lanes are removed by then
        try:
            with files.full_drive_is_an_error(path):
                self._take()
        except OSError as error:
            raise Refused(f"{path}: its folders cannot be used: {error}") from error

    def _take(self) -> None:
        tries_left = _TRIES
        while True:
            try:
                _make(self.path, self._made)
                self.top = self._open(self.path)
                # Held as long as the place is: whoever has made the folders does not remove them meanwhile.
                fcntl.flock(self.top, fcntl.LOCK_SH | fcntl.LOCK_NB)
                for name in self.FOLDERS:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o700, dir_fd=self.top)
                self.server, self.client, self.lanes = (
                    self._open(os.path.join(self.path, name), self.top) for name in self.FOLDERS
                )
            except (FileNotFoundError, BlockingIOError):  # they are being removed, right now
                tries_left -= 1
                if not tries_left:
                    raise
                _close(self._fds)
                time.sleep(_TRY_AGAIN_S)
            else:
                return

    def remove_if_unused(self) -> None:
        """Remove the folders as far as this place has made them, if nothing is in them, and no other end of
        ours has them open.
        """
        if not self._made:
            return
        with suppress(OSError):
            fcntl.flock(self.top, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.is_current():
                for name in reversed(self.FOLDERS):  # lanes first: where a server has been it is not empty
                    os.rmdir(name, dir_fd=self.top)
                for path in reversed(self._made):
                    os.rmdir(path)

    def _open(self, path: bytes, within: int | None = None) -> int:
        # Within the folder that was looked at: its path may mean another by now.
        fd = os.open(path if within is None else os.path.basename(path), _DIRECTORY, dir_fd=within)
        self._fds.append(fd)
        status = os.fstat(fd)
        if status.st_uid != os.geteuid():
            raise Refused(
                f"{os.fsdecode(path)} belongs to another user (uid {status.st_uid}): nothing is read from it"
            )
        if stat.S_IMODE(status.st_mode) & 0o077:
            log.warning("%s was open to other users: its mode is set to 0700", os.fsdecode(path))
            os.fchmod(fd, 0o700)
        return fd

    def is_current(self) -> bool:
        """Whether the names still mean the folders that are open here (not deleted, replaced or mounted
        over).
        """
        try:
            return all(
                os.path.samestat(os.stat(os.path.join(self.path, name), follow_symlinks=False), os.fstat(fd))
                for name, fd in zip(self.FOLDERS, (self.server, self.client, self.lanes))
            )
        except OSError:
            return False

    def publish(self, name: bytes, folder: int, data: bytes) -> None:
        """Make a file appear whole: written in `lanes/`, then renamed. Raises `NoSpace`, OSError."""
        hidden = self.hidden_name()
        try:
            with files.full_drive_is_an_error(os.fsdecode(name)):
                fd = files.create(hidden, self.lanes)
                try:
                    files.Slot(fd, hidden).put(data)
                finally:
                    os.close(fd)
                os.rename(hidden, name, src_dir_fd=self.lanes, dst_dir_fd=folder)
        except BaseException:
            files.remove(hidden, self.lanes)
            raise

    @staticmethod
    def hidden_name(extension: bytes = b"new") -> bytes:
        """A free name in `lanes/`. It begins with our pid: whoever sweeps sees whether its maker lives."""
        return b"%d.%s.%s" % (os.getpid(), os.urandom(4).hex().encode(), extension)


def _make(path: bytes, made: list[bytes]) -> None:
    """Make a folder and those above it; what was not there before is added to `made`."""
    missing = []
    while path not in (b"/", b"") and not os.path.lexists(path):
        missing.append(path)
        path = os.path.dirname(path)
    for folder in reversed(missing):
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
            made.append(folder)


def _close(fds: list[int]) -> None:
    while fds:
        os.close(fds.pop())
