"""The two folders as a client looks at them: replies of servers that know nothing else, and departures."""

from __future__ import annotations

import select
from contextlib import ExitStack, suppress

from ramwire.ramdrive import watch
from ramwire.ramdrive.lane import Lane


class FolderWatch:
    """Polled beside the lane's bell: the two folders, their disappearance, and the table of mounts."""

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


class Changes:
    """What a look at the folders has shown."""

    def __init__(self, elsewhere: bool) -> None:
        self.elsewhere = elsewhere
        self.reply = False
        self.taken = False
