"""The folder of a presence: `pids/`, and what tells whether a server of ours is up."""

from __future__ import annotations

import fcntl
import os
import stat
import weakref
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.ramdrive import files
from ramwire.url import Url

log = Journal(__name__)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def folder_path(url: Url) -> str:
    """The folder that an address names. Raises `Refused` where it names none."""
    if url.scheme != "signal" or not url.rest or "\0" in url.rest:
        raise Refused(f"{url.text}: a presence's address is signal:DIR, a folder that need not exist yet")
    if url.options:
        raise Refused(f"{url.text}: signal has no option {next(iter(url.options))}; it has none")
    return os.path.abspath(url.rest)


class Place:
    """Descriptors of the two folders, closed with the last reference."""

    def __init__(self, path: str) -> None:
        """Make what is not there, 0700. `Refused` where a folder cannot be made or is another user's."""
        self.path = path
        self._fds: list[int] = []
        weakref.finalize(self, _close, self._fds)
        try:
            with files.full_drive_is_an_error(path):
                os.makedirs(path, 0o700, exist_ok=True)
                self.top = self._open(path, None)
                with suppress(FileExistsError):
                    os.mkdir("pids", 0o700, dir_fd=self.top)
                self.pids = self._open("pids", self.top)
        except OSError as error:
            raise Refused(f"{path}: its folders cannot be used: {error}") from error

    def _open(self, name: str, within: int | None) -> int:
        fd = os.open(name, _FOLDER, dir_fd=within)
        self._fds.append(fd)
        status = os.fstat(fd)
        if status.st_uid != os.geteuid():
            raise Refused(f"{self.path}: {name} belongs to another user (uid {status.st_uid})")
        if stat.S_IMODE(status.st_mode) & 0o077:
            # Whoever may write here chooses whom we signal.
            log.warning("%s: %s was open to other users: its mode is set to 0700", self.path, name)
            os.fchmod(fd, 0o700)
        return fd

    @property
    def has_had_server(self) -> bool:
        """Whether servers of ours use this folder: then `is_served` is the truth."""
        return os.access("lock", os.F_OK, dir_fd=self.top, follow_symlinks=False)

    def hear(self) -> int | None:
        """A descriptor whose poll says POLLERR when the server of ours that is up goes or dies; None where
        none is up.
        """
        try:
            return files.open_safely(b"serving", self.top, os.O_WRONLY, stat.S_ISFIFO)
        except (OSError, files.Unsafe):
            return None

    def is_served(self) -> bool:
        """Whether a server of ours is up."""
        heard = self.hear()
        if heard is None:
            return False
        os.close(heard)
        return True


class Held:
    """A folder that we serve: a lock with our pid in it, and a FIFO that is open for reading while we do."""

    def __init__(self, place: Place) -> None:
        """Raises `Refused` with the holder's pid where another serves."""
        self._top = place.top
        self._lock = os.open("lock", os.O_CREAT | os.O_RDWR | files.SAFE, 0o600, dir_fd=place.top)
        try:
            self._take(place)
            self._serving = self._serve()
        except BaseException:
            os.close(self._lock)
            raise
        _held.add(self)

    def _take(self, place: Place) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Refused(
                f"{place.path} is served already, by process {holder}: stop that one first"
            ) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, b"%d\n" % os.getpid(), 0)

    def _serve(self) -> int:
        hidden = b"serving.new"
        files.remove(hidden, self._top)
        os.mkfifo(hidden, 0o600, dir_fd=self._top)
        fd = files.open_safely(hidden, self._top, os.O_RDONLY, stat.S_ISFIFO)
        os.rename(hidden, b"serving", src_dir_fd=self._top, dst_dir_fd=self._top)
        return fd

    def stop_serving(self) -> None:
        """From now on `Place.is_served` says no; nobody else may serve yet."""
        with suppress(OSError):
            files.remove(b"serving", self._top)
        os.close(self._serving)
        self._serving = -1

    def release(self) -> None:
        # By name: a child that was forked this moment may not have closed its copy yet.
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        self.forget()
        _held.discard(self)

    def forget(self) -> None:
        """Close the descriptors alone: a forked child must not hold the folder for its parent."""
        for fd in (self._serving, self._lock):
            if fd >= 0:
                os.close(fd)
        self._serving = self._lock = -1


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)


_held: weakref.WeakSet[Held] = weakref.WeakSet()


def _forget_parents() -> None:
    for held in list(_held):
        held.forget()


os.register_at_fork(after_in_child=_forget_parents)
