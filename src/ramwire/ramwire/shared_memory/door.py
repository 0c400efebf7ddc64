"""A server's door: PATH, held, and the listening socket beside it."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, suppress

from ramwire.errors import NoSpace
from ramwire.ramdrive.watch import IN_MOVE_SELF, Inotify
from ramwire.shared_memory.holding import Holding, open_page
from ramwire.shared_memory.mark import Kind
from ramwire.shared_memory.page import Page
from ramwire.shared_memory.place import FULL, Folder

_IN_ATTRIB = 0x4  # among others: a name of the file was removed
_IN_DELETE_SELF = 0x400
_LOSSES = _IN_ATTRIB | _IN_DELETE_SELF | IN_MOVE_SELF

_BACKLOG = 1024


class Door:
    """Made, it stands. `socket` is to be accepted at; `losses` is readable when it may have been lost."""

    def __init__(self, path: str, kind: Kind) -> None:
        """Raises `Held` where another server is, `Refused` for what is not ours to use, OSError."""
        with ExitStack() as undo:
            self.folder = Folder(path)
            undo.callback(self.folder.close)
            self.holding = Holding(self.folder, kind)
            undo.callback(self.holding.close)
            undo.callback(self.holding.remove)
            # Not the lock's descriptor: senders may still have this one when the door is closed.
            self.page = Page(open_page(self.folder, os.O_RDWR))
            self.socket = socket.socket(socket.AF_UNIX)
            undo.callback(self.socket.close)
            self._bind()
            undo.callback(self.folder.remove, self.folder.socket_name, self._socket_status)
            self._inotify = Inotify()
            undo.callback(self._inotify.close)
            self.losses = self._inotify.fd
            self._watch()
            self._listen()
            self._undo = undo.pop_all()

    def _bind(self) -> None:
        folder, name = self.folder, self.folder.socket_name
        with suppress(FileNotFoundError):
            folder.check_socket()
            os.unlink(name, dir_fd=folder.fd)  # of a server that was killed: the lock of PATH is ours
        os.fchmod(self.socket.fileno(), 0o600)
        try:
            self.socket.bind(folder.at(name))
        except OSError as error:
            if error.errno in FULL:
                raise NoSpace(f"{folder.path}: the drive has no room for a socket; make some") from error
            raise
        self._socket_status = os.stat(name, dir_fd=folder.fd, follow_symlinks=False)

    def _watch(self) -> None:
        for fd in (self.folder.fd, self.holding.fd):
            self._inotify.watch(fd, _LOSSES)
        name = os.open(
            self.folder.socket_name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.folder.fd
        )
        try:
            self._inotify.watch(name, _LOSSES)
        finally:
            os.close(name)

    def _listen(self) -> None:
        """Who waits looks again when the socket's mode changes: before, nobody could connect."""
        self.socket.listen(_BACKLOG)
        self.socket.setblocking(False)
        os.chmod(self.folder.at(self.folder.socket_name), 0o600)

    def is_lost(self) -> bool:
        """Whether one of the names does not mean what it meant. To be asked when `losses` is readable."""
        for _ in self._inotify.read():
            pass
        return not (
            self.holding.is_current() and self.folder.names(self.folder.socket_name, self._socket_status)
        )

    def close(self) -> None:
        """Remove what was made, and let go of the lock."""
        self._undo.close()

    def forget(self) -> None:
        """Close the descriptors alone."""
        self._undo.pop_all()
        self._inotify.close()
        self.socket.close()
        self.holding.close()
        self.folder.close()
