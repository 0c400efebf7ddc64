"""Where a service's socket lies, and what lies beside it: `PATH.lock` and `PATH.key`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from ramwire.errors import Refused
from ramwire.url import Url

_LONGEST_BYTES = 107
"""What fits into a socket's address."""


class Place:
    """The names of one service. Nothing is held open."""

    def __init__(self, url: Url) -> None:
        """Raises `Refused` where the address names none."""
        if not os.path.basename(url.rest) or "\0" in url.rest:
            raise Refused(
                f"{url.text}: its address is unix:PATH, the path of a socket that need not exist yet"
            )
        self.path = os.path.abspath(url.rest)
        self.folder, self.name = os.path.split(self.path)
        self.lock = f"{self.path}.lock"
        self.key = f"{self.path}.key"

    def make_folder(self) -> None:
        """Make the folder, 0700, where it is not there. Raises `Refused` where it cannot be used."""
        try:
            os.makedirs(self.folder, 0o700, exist_ok=True)
        except OSError as error:
            raise Refused(f"{self.folder} cannot be made: {error.strerror}") from error
        trouble = self.folder_trouble()
        if trouble:
            raise Refused(trouble)

    def folder_trouble(self) -> str:
        """Why no socket in this folder would be trusted; "" where one would."""
        try:
            status = os.stat(self.folder)
        except OSError as error:
            return f"{self.folder} cannot be looked at: {error.strerror}"
        if not stat.S_ISDIR(status.st_mode):
            return f"{self.folder} is no folder"
        if status.st_uid not in (os.geteuid(), 0):
            return f"{self.folder} belongs to another user (uid {status.st_uid}): no socket in it is trusted"
        if stat.S_IMODE(status.st_mode) & 0o002 and not status.st_mode & stat.S_ISVTX:
            return f"{self.folder} can be changed by any user (chmod o-w {self.folder})"
        return ""

    def has_socket(self) -> bool:
        """Whether a socket is there. Raises `Refused` where something else is, or somebody else's."""
        try:
            status = os.lstat(self.path)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise Refused(f"{self.path} cannot be looked at: {error.strerror}") from error
        if not stat.S_ISSOCK(status.st_mode):
            raise Refused(
                f"{self.path} is no socket, and is left as it is: remove it, or choose another name"
            )
        if status.st_uid not in (os.geteuid(), 0):
            raise Refused(f"{self.path} belongs to another user (uid {status.st_uid}): it is not trusted")
        return True

    @contextmanager
    def address(self) -> Iterator[str]:
        """The socket's name, or another for it where that is too long for a socket's address. Raises
        OSError.
        """
        if len(os.fsencode(self.path)) <= _LONGEST_BYTES:
            yield self.path
            return
        folder = os.open(self.folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{self.name}"
        finally:
            os.close(folder)
