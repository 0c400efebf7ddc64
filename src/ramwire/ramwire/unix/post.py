"""A server's hold on one place: its lock, its socket, and the watch on both."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import struct
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.ramdrive import watch
from ramwire.unix.place import Place

_BACKLOG = 1024

# Nothing that happens to other files of the folder may wake an idle server: so the files are watched, not the
# folder.
_LOSES_ITS_NAME = watch.IN_ATTRIB | watch.IN_MOVE_SELF | watch.IN_DELETE_SELF
_FOLDER_LEAVES = watch.IN_MOVE_SELF | watch.IN_DELETE_SELF
_FOLDER_CHANGES = _FOLDER_LEAVES | watch.IN_DELETE | watch.IN_MOVED_FROM

_CREDENTIALS = struct.Struct("3i")


class Held(Refused):
    """Another server serves here."""


class Post:
    """Holds the lock from the moment it is made; `listen` takes the socket's name."""

    def __init__(self, place: Place) -> None:
        """Raises `Held`, another `Refused` where the folder is not safe, and OSError."""
        self._place = place
        self._known: dict[str, os.stat_result] = {}
        self.socket: socket.socket | None = None
        place.make_folder()
        self.inotify = watch.Inotify()
        self._lock_fd = -1
        try:
            self._watch(place.folder, _FOLDER_LEAVES)
            while not self._lock():
                pass
        except BaseException:
            self.forget()
            raise

    def _lock(self) -> bool:
        """False where somebody has removed the file meanwhile."""
        path = self._place.lock
        try:
            fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(f"{path} cannot be used as the lock: {error.strerror}") from error
        self._lock_fd = fd
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise Refused(f"{path} is no lock file of ours, and is left as it is: remove it")
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 20, 0).decode(errors="replace").strip() or "unknown"
            raise self._held(holder) from None
        try:
            self._remember(path, status)
        except FileNotFoundError:
            os.close(fd)
            self._lock_fd = -1
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, b"%d\n" % os.getpid(), 0)
        return True

    def _held(self, holder: object) -> Held:
        return Held(f"{self._place.path} is served already, by process {holder}: stop that one first")

    def listen(self, key_file: str | None) -> None:
        """Take connections at the socket's name. Raises `Held`, `Refused` where something else is there,
        OSError.

        `key_file` is watched as the socket is.
        """
        self._remove_stale()
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listening.setblocking(False)
            os.fchmod(listening.fileno(), 0o600)  # the mode that `bind` gives the file
            with self._place.address() as address:
                listening.bind(address)
            self._remember(self._place.path)
            if key_file is not None:
                self._remember(key_file)
            listening.listen(_BACKLOG)
            self._watch(self._place.folder, _FOLDER_LEAVES)  # where there was no room it was watched closely
            # An event for clients that saw the name before anybody listened.
            os.chmod(self._place.path, 0o600)
        except BaseException:
            listening.close()
            raise
        self.socket = listening

    def watch_for_room(self) -> None:
        """Where `listen` was refused: be told of every change in the folder."""
        self._watch(self._place.folder, _FOLDER_CHANGES)

    def _remove_stale(self) -> None:
        if not self._place.has_socket():
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            try:
                with self._place.address() as address:
                    probe.connect(address)
            except ConnectionRefusedError:
                os.unlink(self._place.path)
            except FileNotFoundError:
                pass
            except BlockingIOError:
                raise self._held("unknown, which lets nobody in") from None
            else:
                credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
                raise self._held(_CREDENTIALS.unpack(credentials)[0])

    def _remember(self, path: str, expected: os.stat_result | None = None) -> None:
        status = os.lstat(path)
        if expected is not None and not os.path.samestat(status, expected):
            raise FileNotFoundError(path)
        self._watch(path, _LOSES_ITS_NAME)
        self._known[path] = status

    def _watch(self, path: str, mask: int) -> None:
        fd = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            self.inotify.watch(fd, mask)
        finally:
            os.close(fd)

    def is_current(self) -> bool:
        """Whether all is still there under its name. Takes what the watch has told."""
        for _ in self.inotify.read():
            pass
        return self.socket is not None and all(map(self._is_ours, self._known))

    def _is_ours(self, path: str) -> bool:
        try:
            return os.path.samestat(os.lstat(path), self._known[path])
        except OSError:
            return False

    def close(self) -> None:
        """Give the place up; whoever waits to be let in sees it."""
        if self.socket is not None and self._is_ours(self._place.path):
            with suppress(OSError):
                os.unlink(self._place.path)
        self.forget()

    def forget(self) -> None:
        """Close the descriptors alone."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        self.inotify.close()
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1
