"""Looks after names in the folder: a thread that waits on inotify, and mends what it finds."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Callable

from ramwire.errors import Refused
from ramwire.fifo.alarm import Alarm, until_ms
from ramwire.fifo.inlet import Inlet
from ramwire.fifo.kept import Kept
from ramwire.fifo.outlet import Outlet
from ramwire.fifo.place import Place
from ramwire.fifo.seat import LOCK, Seat
from ramwire.journal import Journal
from ramwire.ramdrive.watch import Event, Inotify

log = Journal(__name__)

_IN_CLOSE_WRITE = 0x8
_IN_CLOSE_NOWRITE = 0x10
_IN_OPEN = 0x20
_USE = _IN_CLOSE_WRITE | _IN_CLOSE_NOWRITE | _IN_OPEN
_COMINGS_AND_GOINGS = 0x40 | 0x80 | 0x100 | 0x200  # IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE
_OF_THE_FOLDER = 0x400 | 0x800  # IN_DELETE_SELF, IN_MOVE_SELF
_MASK = _USE | _COMINGS_AND_GOINGS | _OF_THE_FOLDER

_SETTLE_S = 0.1
"""Who removes a folder removes what lies in it first: what is remade in between would be in the way."""
_TRY_AGAIN_S = 1.0


class Keeper:
    """See the module. Idle it sleeps: what is written and read makes no event."""

    def __init__(
        self,
        place: Place,
        seat: Seat | None,
        inlet: Inlet,
        outlet: Outlet,
        *,
        others: Sequence[Kept],
        stirred: Callable[[], None],
    ) -> None:
        """Takes place and seat over once it is made. `others` come before the two FIFOs; `stirred` is called
        when anything was opened, made or removed. Raises `Refused`, OSError where the names cannot be used as
        they are.
        """
        self.place = place
        self._seat = seat
        self._inlet = inlet
        self._outlet = outlet
        # The inlet last: what comes through a new FIFO is answered through a new FIFO.
        self._kept = (*others, outlet, inlet)
        self._names = frozenset((LOCK, *(kept.name for kept in self._kept)))
        self._stirred = stirred
        self._shut = False
        self._again_at = float("inf")
        self._fault = ""
        self._alarm = Alarm()
        try:
            self._inotify = Inotify()
        except BaseException:
            self._alarm.close()
            raise
        try:
            self._inotify.watch(place.folder, _MASK)
            self._follow()
            self._thread = threading.Thread(target=self._keep, name="ramwire-fifo", daemon=True)
            self._start()
        except BaseException:
            for kept in self._kept:
                kept.close()
            self._close()
            raise

    def _start(self) -> None:
        try:
            self._thread.start()
        except RuntimeError as error:
            raise Refused(f"{self.place.path}: no thread is left to look after its FIFOs") from error

    def look_again(self) -> None:
        """Something is amiss with a name. From any thread."""
        self._again_at = 0.0
        self._alarm.ring()

    def push(self) -> None:
        """The outlet has something to do. From any thread."""
        self._alarm.ring()

    def _keep(self) -> None:
        while self._goes_on():
            self._wait()
            if not self._goes_on():
                return
            self._alarm.hush()
            self._outlet.push()
            changed, now = self._heed_all(), time.monotonic()
            if now >= self._outlet.looks_at:
                self._outlet.look()
            if changed or now >= self._again_at:
                self._settle()
                if self._goes_on():
                    self._look()
                    self._stirred()

    def _goes_on(self) -> bool:
        return not self._shut

    def _wait(self) -> None:
        poller = select.poll()
        poller.register(self._alarm.fd, select.POLLIN)
        poller.register(self._inotify.fd, select.POLLIN)
        room = self._outlet.waits_for_room
        if room >= 0:
            poller.register(room, select.POLLOUT)
        poller.poll(until_ms(self._again_at, self._outlet.looks_at))

    def _heed_all(self) -> bool:
        """Whether the names are to be looked at."""
        changed = stirred = False
        for event in self._inotify.read():
            stirred = True
            changed |= self._heed(event)
        if stirred:
            self._stirred()
        return changed

    def _heed(self, event: Event) -> bool:
        if event.mask & _IN_CLOSE_WRITE and event.name == self._inlet.name:
            self._inlet.a_writer_left()
        if event.mask & _IN_OPEN and event.name == self._outlet.name:
            self._outlet.a_reader_came()
        if event.mask & _IN_CLOSE_NOWRITE and event.name == self._outlet.name:
            self._outlet.a_reader_left()
        if event.mask & _COMINGS_AND_GOINGS:
            return event.name in self._names
        return not event.mask & _USE

    def _settle(self) -> None:
        quiet = select.poll()
        quiet.register(self._alarm.fd, select.POLLIN)
        end = time.monotonic() + _SETTLE_S
        while self._goes_on() and time.monotonic() < end:
            quiet.poll(until_ms(end))
            self._alarm.hush()
        self._outlet.push()

    def _look(self) -> None:
        """Mend what can be mended; what cannot is tried again each second, and told to whoever sends or
        receives.
        """
        self._again_at = float("inf")
        try:
            if not self.place.is_current():
                self._move(Place(self.place.path))
            if self._seat is not None and not self._seat.is_current():
                self._seat.forget()
                self._seat = Seat(self.place)
            self._follow()
        except (Refused, OSError) as error:
            self._again_at = time.monotonic() + _TRY_AGAIN_S
            self._tell(str(error))
        else:
            self._tell("")
        self._outlet.a_reader_came()  # or may have: where events were too many, this one is missing

    def _move(self, place: Place) -> None:
        log.warning("%s was deleted or replaced: it is served in the folder that is there now", place.path)
        old, self.place = self.place, place
        place.inherit(old)
        old.disown()
        self._inotify.watch(place.folder, _MASK)
        if self._seat is not None:
            self._seat.forget()
            self._seat = Seat(place)

    def _follow(self) -> None:
        for kept in self._kept:
            if not kept.is_at(self.place.folder):
                kept.follow(self.place)

    def _tell(self, fault: str) -> None:
        if fault == self._fault:
            return
        if fault:
            log.error("%s", fault)
        else:
            log.warning("%s can be used again", self.place.path)
        self._fault = fault
        for kept in self._kept:
            kept.fail(fault)

    def close(self) -> None:
        """End the thread, and remove what was made. Both ends are shut already."""
        self._shut = True
        self._alarm.ring()
        if self._thread is not threading.current_thread():
            self._thread.join()
        for kept in self._kept:
            kept.close()
        if self._seat is not None:
            self._seat.close()
        self.place.clear()
        self._close()

    def _close(self) -> None:
        self._alarm.close()
        with suppress(OSError):
            self._inotify.close()

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        self._shut = True
        for kept in self._kept:
            kept.forget()
        if self._seat is not None:
            self._seat.forget()
        self.place.close()
        self._alarm.forget()
        with suppress(OSError):
            self._inotify.close()
