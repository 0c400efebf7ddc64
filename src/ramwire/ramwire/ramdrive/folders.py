"""The two folders as a client looks at them: replies of servers that know nothing else, and departures."""

from __future__ import annotations

import os
import select
from contextlib import ExitStack, suppress

from ramwire.journal import Journal
from ramwire.ramdrive import watch
from ramwire.ramdrive.lane import Lane

log = Journal(__name__)

_LOOK_EVERY_MS = 100.0
_warned: set[bytes] = set()


class Changes:
    """What a look at the folders has shown."""

    def __init__(self, elsewhere: bool, reply: bool = False, taken: bool = False) -> None:
        self.elsewhere = elsewhere
        self.reply = reply
        self.taken = taken


class FolderWatch:
    """Polled beside the lane's bell: the two folders, their disappearance, and the table of mounts."""

    look_every_ms: float | None = None
    """A change is told; nobody has to look for it."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        with ExitStack() as undo:
            self._mounts = watch.Mounts()
            undo.callback(self._mounts.close)
            self._inotify = watch.Inotify()
            undo.callback(self._inotify.close)
            place = lane.place
            self._client = self._inotify.watch(place.client, watch.ARRIVALS | watch.IN_CREATE)
            self._server = self._inotify.watch(place.server, watch.IN_DELETE)
            self._inotify.watch_departure(place)
            self._inotify.watch_departure_above(place)
            undo.pop_all()
        lane.also_poll(self._inotify.fd, select.POLLIN)
        lane.also_poll(self._mounts.fd, select.POLLPRI)

    def changes(self, name: bytes) -> Changes:
        """What has happened to the request of that name, and whether the folders themselves have changed."""
        # POLLERR comes with POLLPRI only once for each change of the mounts: looking is cheap, so always
        # look.
        changes = Changes(elsewhere=True)
        replies = (name + b".pickle", name + b".error")
        for event in self._inotify.read():
            if event.mask & watch.IN_Q_OVERFLOW or (event.watch == self._client and event.name in replies):
                changes.reply = True
            elif event.watch == self._server and event.name == name and event.mask & watch.IN_DELETE:
                changes.taken = True
        return changes

    def close(self) -> None:
        for fd in (self._inotify.fd, self._mounts.fd):
            with suppress(KeyError):
                self._lane.poll_no_more(fd)
        self._inotify.close()
        self._mounts.close()


class FolderLook:
    """The same for a user who may have no more inotify instances: by looking, now and then."""

    look_every_ms: float | None = _LOOK_EVERY_MS

    def __init__(self, lane: Lane) -> None:
        self._server = lane.place.server

    def changes(self, name: bytes) -> Changes:
        taken = not os.access(name, os.F_OK, dir_fd=self._server, follow_symlinks=False)
        return Changes(elsewhere=True, reply=taken, taken=taken)

    def close(self) -> None:
        """Nothing was opened."""


def watch_folders(lane: Lane) -> FolderWatch | FolderLook:
    """Raises OSError where nothing more can be opened."""
    try:
        return FolderWatch(lane)
    except watch.WatchesUsedUp as error:
        if lane.place.path not in _warned:
            _warned.add(lane.place.path)
            log.warning("%s: %s; looking ten times a second instead", os.fsdecode(lane.place.path), error)
        return FolderLook(lane)
