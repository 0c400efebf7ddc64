"""Waking up when the shared file changes, is replaced, or is carried away with its folder.

The file itself is watched, not its folder: in a busy folder every file of a stranger would wake us, and our
own lock file, which is opened and closed for each look, as well.
"""

from __future__ import annotations

import os
import select
from contextlib import ExitStack, suppress

from ramwire.jsonfile.place import Place
from ramwire.ramdrive import files
from ramwire.ramdrive.watch import IN_CLOSE_WRITE, IN_MODIFY, IN_MOVE_SELF, Inotify, Mounts

_IN_ATTRIB = 0x4  # also: a link less, because another file was renamed over it
_IN_DELETE_SELF = 0x400
_IN_IGNORED = 0x8000
_CHANGES = IN_MODIFY | IN_CLOSE_WRITE | _IN_ATTRIB | IN_MOVE_SELF | _IN_DELETE_SELF


class Watch:
    """Two descriptors to poll: `changes` for POLLIN, `mounts` for POLLPRI."""

    def __init__(self, place: Place) -> None:
        self._place = place
        with ExitStack() as undo:
            self._mounts = Mounts()
            undo.callback(self._mounts.close)
            self._inotify = Inotify()
            undo.callback(self._inotify.close)
            self._inotify.watch(place.folder, IN_MOVE_SELF)
            undo.pop_all()
        self.changes = self._inotify.fd
        self.mounts = self._mounts.fd

    def register(self, poller: select.poll) -> None:
        poller.register(self.changes, select.POLLIN)
        poller.register(self.mounts, select.POLLPRI)

    def arm(self) -> None:
        """Watch the file that is there now; to be repeated whenever it was replaced, before it is read.

        Raises OSError where no descriptor or no watch is left.
        """
        with suppress(FileNotFoundError, files.Unsafe):
            fd = files.open_safely(self._place.name, self._place.folder, os.O_RDONLY)
            try:
                self._inotify.watch(fd, _CHANGES)
            finally:
                os.close(fd)

    def drain(self) -> bool:
        """Whether there was a change since the last time."""
        # IN_IGNORED only says that a file that was replaced is gone.
        masks = [event.mask for event in self._inotify.read()]
        return any(not mask & _IN_IGNORED for mask in masks)

    def replaced(self) -> None:
        """We have just replaced the file, and hold its lock still: whatever was to be heard, we have read."""
        self.drain()
        self.arm()

    def close(self) -> None:
        self._inotify.close()
        self._mounts.close()
