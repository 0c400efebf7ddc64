"""The folder of a `fifo:` address: made, checked, and left as it was found."""

from __future__ import annotations

import os
import stat
import weakref
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.fifo.fifos import MODE, Fifo
from ramwire.journal import Journal
from ramwire.ramdrive.files import full_drive_is_an_error
from ramwire.url import Url

log = Journal(__name__)

SEND = b"send"
"""From clients to the server."""

RECV = b"recv"
"""From the server to clients."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TRIES = 5


def folder_of(url: Url) -> str:
    """The folder that an address names. Raises `Refused` where it names none."""
    if not url.rest or "\0" in url.rest or os.path.abspath(url.rest) == "/":
        raise Refused(f"{url.text}: the address reads fifo:DIR, a folder that need not exist yet")
    return os.path.abspath(url.rest)


class Place:
    """A descriptor of the folder. It goes on meaning that folder when another takes its name. Unless it is
    closed before, it is with the last reference: a thread may still be at work there.
    """

    def __init__(self, path: str) -> None:
        """Make it where it is not there, 0700. `Refused` where it cannot be made or is not safe."""
        self.path = path
        self._adopts = False
        self._made_folders: list[str] = []
        self._made_fifos: dict[bytes, Fifo] = {}
        try:
            with full_drive_is_an_error(path):
                self.folder = self._make_and_open()
        except OSError as error:
            raise Refused(f"{path}: this folder cannot be used: {error.strerror}") from error
        self._closing = weakref.finalize(self, os.close, self.folder)
        self._closing.atexit = False  # what was made is removed by then
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _make_and_open(self) -> int:
        for attempt in range(_TRIES):
            self._make(self.path)
            try:
                return os.open(self.path, _DIRECTORY)
            except FileNotFoundError:  # another end has left and removed it, between the two
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError

    def _make(self, path: str) -> None:
        if os.path.lexists(path):
            return
        self._make(os.path.dirname(path))
        with suppress(FileExistsError):
            # The sticky bit says who has made it, from the same moment on: its maker may be killed.
            os.mkdir(path, 0o1700 if path == self.path else 0o700)
            self._made_folders.append(path)

    def _check(self) -> None:
        status = os.fstat(self.folder)
        if status.st_uid != os.geteuid():
            raise Refused(
                f"{self.path} belongs to another user (uid {status.st_uid}): nothing is read from it"
            )
        if stat.S_IMODE(status.st_mode) & 0o022:
            if status.st_mode & stat.S_ISVTX:
                raise Refused(f"{self.path} is a folder that all users share; use one of your own within it")
            log.warning("%s could be written to by other users: its mode is set to 0700", self.path)
            os.fchmod(self.folder, 0o700)

    def is_current(self) -> bool:
        """Whether the path still means the folder that is open here."""
        try:
            return os.path.samestat(os.stat(self.path, follow_symlinks=False), os.fstat(self.folder))
        except OSError:
            return False

    def fifo(self, name: bytes) -> Fifo:
        """The FIFO of that name, made (0600) where there is none. Raises `Refused`, OSError."""
        shown = os.path.join(self.path, os.fsdecode(name))
        for _ in range(_TRIES):
            made = False
            with suppress(FileExistsError), full_drive_is_an_error(shown):
                os.mkfifo(name, MODE, dir_fd=self.folder)
                made = True
            try:
                fifo = Fifo(name, self.folder, shown)
            except FileNotFoundError:
                continue  # the end that had made it has left, between the two
            if made or self._adopts:
                self._remember(name)
            return fifo
        raise Refused(f"{shown}: it vanishes whenever it is made")

    def adopt(self) -> None:
        """From now on remove, at the end, also the FIFOs that were there already: who serves cleans up."""
        self._adopts = True

    @property
    def has_made_folder(self) -> bool:
        return self.path in self._made_folders

    @property
    def is_ours(self) -> bool:
        """Whether an end of ours has made the folder, living or dead."""
        return bool(os.fstat(self.folder).st_mode & stat.S_ISVTX)

    def adopt_folder(self) -> None:
        """Remove, at the end, also the folder itself where it is empty then."""
        if not self.has_made_folder:
            self._made_folders.append(self.path)

    def disown(self) -> None:
        """Leave what was made to the other end."""
        self._made_folders = []
        self._forget_fifos()

    def inherit(self, other: Place) -> None:
        """Remove, at the end, what folders the other has made: it was this place before it was deleted."""
        self._made_folders[:0] = [path for path in other._made_folders if path not in self._made_folders]
        self._adopts = other._adopts

    def _remember(self, name: bytes) -> None:
        before = self._made_fifos.pop(name, None)
        if before is not None:
            before.close()
        # A pin of our own: the number of a deleted file may be another's by the time we leave.
        self._made_fifos[name] = Fifo(name, self.folder, os.fsdecode(name))

    def clear(self) -> None:
        """Remove what was made here, where it is still what was made, and the folder if it is empty then."""
        for name, fifo in self._made_fifos.items():
            with suppress(OSError):
                if fifo.is_at(name, self.folder):
                    os.unlink(name, dir_fd=self.folder)
        self._forget_fifos()
        with suppress(OSError):
            while self._made_folders and (len(self._made_folders) > 1 or self.is_current()):
                os.rmdir(self._made_folders.pop())
        self.close()

    def close(self) -> None:
        """Close the descriptors alone."""
        self._forget_fifos()
        self._closing()
        self.folder = -1

    def _forget_fifos(self) -> None:
        for fifo in self._made_fifos.values():
            fifo.close()
        self._made_fifos = {}
