"""Who serves in a folder: one process at a time, by a lock on `DIR/lock`, with the pid in it."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.fifo.place import Place
from ramwire.ramdrive import files

LOCK = b"lock"
_TRIES = 100
_CONTENT_BYTES = 4096
_MADE = b"made\n"
"""Stands in the lock where its holder has made the folder, or has it from an end that died or left: it goes
with the lock.
"""


class Held(Refused):
    """Another process serves here."""


class Seat:
    """Free again when its holder dies, however it dies."""

    def __init__(self, place: Place) -> None:
        """Raises `Held` with the holder's pid; OSError, `Refused` where no lock can be made."""
        self._place = place
        for _ in range(_TRIES):
            self._fd = _open(place)
            try:
                if self._lock():
                    return
            except BaseException:
                os.close(self._fd)
                raise
            os.close(self._fd)
        raise Refused(f"{place.path}: its lock vanishes whenever it is made")

    def _lock(self) -> bool:
        """False where its last holder removed it between the opening and the locking."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = holder(self._fd)
            who = f"process {pid}" if pid else "another process"
            raise Held(f"{self._place.path} is served already, by {who}: stop that one first") from None
        if not self.is_current():
            return False
        self._adopt_folder()  # its maker was killed, and could not remove it
        content = b"%d\n%b" % (os.getpid(), _MADE if self._place.has_made_folder else b"")
        os.pwrite(self._fd, content, 0)  # before the rest goes: killed in between, the mark still stands last
        os.ftruncate(self._fd, len(content))
        return True

    def _adopt_folder(self) -> None:
        if self._place.is_ours or os.pread(self._fd, _CONTENT_BYTES, 0).endswith(_MADE):
            self._place.adopt_folder()

    def is_current(self) -> bool:
        """Whether the lock that others would try is still this one."""
        try:
            there = os.stat(LOCK, dir_fd=self._place.folder, follow_symlinks=False)
            return os.path.samestat(there, os.fstat(self._fd))
        except OSError:
            return False

    def close(self) -> None:
        """Give it up, and remove the file."""
        with suppress(OSError):
            if self.is_current():
                self._adopt_folder()
                os.unlink(
                    LOCK, dir_fd=self._place.folder
                )  # while it is ours: whoever opened it sees that it went
        self.forget()

    def forget(self) -> None:
        """Close the descriptor alone."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def _open(place: Place) -> int:
    with files.full_drive_is_an_error(f"{place.path}/lock"):
        try:
            return files.create(LOCK, place.folder)
        except FileExistsError:
            pass
        try:
            return files.open_safely(LOCK, place.folder, os.O_RDWR)
        except FileNotFoundError:
            return _open(place)


def is_taken(place: Place) -> bool:
    """Whether a server of ours seems to be here. (To try the lock would make another refuse to start.)"""
    with suppress(OSError, Refused):
        fd = files.open_safely(LOCK, place.folder, os.O_RDONLY)
        try:
            pid = holder(fd)
        finally:
            os.close(fd)
        return pid > 0 and os.path.exists(f"/proc/{pid}")
    return False


def leave_folder(place: Place) -> None:
    """Where this end has made the folder, and leaves: tell the server that is still there to remove it."""
    with suppress(OSError, Refused):
        if place.has_made_folder:
            fd = files.open_safely(LOCK, place.folder, os.O_WRONLY | os.O_APPEND)
            try:
                os.write(fd, _MADE)
            finally:
                os.close(fd)


def holder(fd: int) -> int:
    """The pid in the lock; 0 where there is none."""
    text = os.pread(fd, _CONTENT_BYTES, 0).partition(b"\n")[0]
    return int(text) if text.isdigit() else 0
