"""One thread and one inotify instance that look out for every service of this process.

A user may have 128 inotify instances, and a process may serve a thousand addresses. The thread only tells a
service that something has happened at its folders; to look into it is the service's own.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

from ramwire.ramdrive import watch
from ramwire.ramdrive.place import Place

_EVERYWHERE = -1  # the watch of an event that is no folder's


def _nothing() -> None:
    pass


class Sight:
    """The folders of one service, as the lookout sees them."""

    def __init__(self, place: Place, tell: Callable[[], None]) -> None:
        """`tell` is called in the lookout's thread, when there are events: it must not wait."""
        self.place = place
        self.tell = tell
        self.name = os.path.basename(place.path)
        self.server = _EVERYWHERE
        self.above = _EVERYWHERE
        self._events: deque[watch.Event] = deque()
        self._lookout: _Lookout | None = None

    def open(self) -> None:
        """Raises OSError where nothing more can be watched."""
        self._lookout = _join(self)

    def listen(self, mask: int) -> None:
        """Which changes in `server/` are told."""
        if self._lookout is not None:
            self._lookout.inotify.watch(self.place.server, mask)

    def put(self, event: watch.Event) -> None:
        self._events.append(event)

    def events(self) -> Iterator[watch.Event]:
        """What has happened since the last time."""
        with suppress(IndexError):
            while True:
                yield self._events.popleft()

    def close(self) -> None:
        if self._lookout is not None:
            _leave(self._lookout, self)
        self.tell = _nothing  # it holds its owner, which is not to wait for a garbage collector


class _Lookout:
    def __init__(self) -> None:
        with ExitStack() as undo:
            self.inotify = watch.Inotify()
            undo.callback(self.inotify.close)
            self._mounts = watch.Mounts()
            undo.callback(self._mounts.close)
            self._over_in, self._over_out = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
            undo.pop_all()
        self._lock = threading.Lock()
        self.sights: dict[Sight, set[int]] = {}  # and the watches of each
        self._of_watch: dict[int, set[Sight]] = {}

    def start(self) -> None:
        threading.Thread(target=self._look, name="ramwire-lookout", daemon=True).start()

    def add(self, sight: Sight, mask: int) -> None:
        with self._lock:
            watches: set[int] = set()
            self.sights[sight] = watches
            try:
                sight.server = self._watch(sight, self.inotify.watch(sight.place.server, mask))
                self._watch(sight, self.inotify.watch_departure(sight.place))
                above = self.inotify.watch_departure_above(sight.place)
                if above is not None:
                    sight.above = self._watch(sight, above)
            except BaseException:
                self._remove(sight)
                raise

    def _watch(self, sight: Sight, number: int) -> int:
        self.sights[sight].add(number)
        self._of_watch.setdefault(number, set()).add(sight)
        return number

    def remove(self, sight: Sight) -> None:
        with self._lock:
            self._remove(sight)

    def _remove(self, sight: Sight) -> None:
        for number in self.sights.pop(sight, ()):
            sharing = self._of_watch[number]
            sharing.discard(sight)
            if not sharing:
                del self._of_watch[number]
                self.inotify.ignore(number)

    def _look(self) -> None:
        changed = select.poll()
        changed.register(self.inotify.fd, select.POLLIN)
        changed.register(self._mounts.fd, select.POLLPRI)
        changed.register(self._over_in, select.POLLIN)
        while True:
            ready = {fd for fd, _ in changed.poll()}
            if self._over_in in ready:
                self.forget()
                return
            told = self._moved() if self._mounts.fd in ready else set()
            if self.inotify.fd in ready:
                told |= self._dispatch()
            with self._lock:  # who has left must not be told: its descriptors may be another's by now
                for sight in told & self.sights.keys():
                    sight.tell()

    def _dispatch(self) -> set[Sight]:
        told = set()
        for event in self.inotify.read():
            with self._lock:
                everybody = event.watch == _EVERYWHERE
                for sight in list(self.sights) if everybody else self._of_watch.get(event.watch, ()):
                    # What others do in the folder above is no news.
                    if event.watch != sight.above or event.name in (b"", sight.name):
                        sight.put(event)
                        told.add(sight)
        return told

    def _moved(self) -> set[Sight]:
        """Those whose folders are not there any more, after a change of the mounts."""
        with self._lock:
            sights = list(self.sights)
        moved = {sight for sight in sights if not sight.place.is_current()}
        for sight in moved:
            sight.put(watch.Event(_EVERYWHERE, 0, b""))
        return moved

    def end(self) -> None:
        os.write(self._over_out, b"!")

    def forget(self) -> None:
        """Close the descriptors alone."""
        self.inotify.close()
        self._mounts.close()
        os.close(self._over_in)
        os.close(self._over_out)


_changing = threading.Lock()
_now: list[_Lookout] = []  # one, while there is anything to look out for


def _join(sight: Sight) -> _Lookout:
    with _changing:
        lookout = _now[0] if _now else _Lookout()
        try:
            lookout.add(sight, watch.ARRIVALS | watch.IN_CREATE)
            if not _now:
                lookout.start()
        except BaseException:
            lookout.remove(sight)
            if not _now:
                lookout.forget()
            raise
        _now[:] = [lookout]
        return lookout


def _leave(lookout: _Lookout, sight: Sight) -> None:
    with _changing:
        if [lookout] != _now:
            return  # another process's, before a fork
        lookout.remove(sight)
        if not lookout.sights:
            _now.clear()
            lookout.end()


def _forget_parents() -> None:
    global _changing  # noqa: PLW0603 - whoever held it is not in this process
    _changing = threading.Lock()
    for lookout in _now:
        lookout.forget()
    _now.clear()


os.register_at_fork(after_in_child=_forget_parents)
