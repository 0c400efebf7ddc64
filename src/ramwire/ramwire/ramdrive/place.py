"""The folders of a service: `server/` and `client/`, which everybody sees, and `lanes/` for what we need
beside.
"""

from __future__ import annotations

import os
import stat
import weakref
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.ramdrive import files

log = Journal(__name__)

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
        weakref.finalize(self, _close, self._fds).atexit = False  # lanes are removed by then
        try:
            with files.full_drive_is_an_error(path):
                os.makedirs(self.path, 0o700, exist_ok=True)
                self.top = self._open(self.path)
                for name in self.FOLDERS:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o700, dir_fd=self.top)
            self.server, self.client, self.lanes = (
                self._open(os.path.join(self.path, name), self.top) for name in self.FOLDERS
            )
        except OSError as error:
            raise Refused(f"{path}: its folders cannot be used: {error}") from error

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


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
