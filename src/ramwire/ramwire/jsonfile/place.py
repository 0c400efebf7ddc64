"""Where a shared file lies, and `NAME.ramwire/` beside it with what two ends of ramwire need."""

from __future__ import annotations

import os
import stat
import weakref
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.ramdrive import files
from ramwire.url import Url

log = Journal(__name__)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_LONGEST_NAME_BYTES = 255 - len(".broken-999999")


def file_path(url: Url) -> str:
    """The file that an address names. Raises `Refused` where it names none."""
    name = os.path.basename(url.rest)
    if name in ("", ".", "..") or "\0" in url.rest or len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
        raise Refused(f"{url.text}: a shared file's address is jsonfile:PATH, a file that need not exist yet")
    return os.path.abspath(url.rest)


class Place:
    """Descriptors of both folders. They go on meaning these folders when others take their names.

    They are closed with the last reference, never before: a thread that comes late must not write into what
    has taken their numbers.
    """

    def __init__(self, path: str) -> None:
        """Make the folders where they are not there, 0700. `Refused` where they cannot be used."""
        self.path = path
        self._folder_path = os.path.dirname(path)
        self.name = os.fsencode(os.path.basename(path))
        self._beside_name = self.name + b".ramwire"
        self._fds: list[int] = []
        weakref.finalize(self, _close, self._fds).atexit = False  # seats are removed by then
        try:
            with files.full_drive_is_an_error(path):
                os.makedirs(self._folder_path, 0o700, exist_ok=True)
                self.folder = self._keep(os.open(self._folder_path, _FOLDER))
                with suppress(FileExistsError):
                    os.mkdir(self._beside_name, 0o700, dir_fd=self.folder)
                flags = _FOLDER | os.O_NOFOLLOW
                self.beside = self._keep(os.open(self._beside_name, flags, dir_fd=self.folder))
        except OSError as error:
            raise Refused(f"{path}: its folder cannot be used: {error}") from error
        status = os.fstat(self.beside)
        if status.st_uid != os.geteuid():
            raise Refused(
                f"{path}.ramwire belongs to another user (uid {status.st_uid}): nothing is read from it"
            )
        if stat.S_IMODE(status.st_mode) & 0o077:
            log.warning("%s.ramwire was open to other users: its mode is set to 0700", path)
            os.fchmod(self.beside, 0o700)

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd

    def is_current(self) -> bool:
        """Whether the names still mean the folders that are open here (not deleted, replaced or mounted
        over).
        """
        try:
            folder = os.stat(self._folder_path)
            beside = os.stat(self._beside_name, dir_fd=self.folder, follow_symlinks=False)
            return os.path.samestat(folder, os.fstat(self.folder)) and os.path.samestat(
                beside, os.fstat(self.beside)
            )
        except OSError:
            return False


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
