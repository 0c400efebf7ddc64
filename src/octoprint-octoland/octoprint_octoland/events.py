"""What happens, told to those who wait for it.

Everything here runs in the loop. A client asks with the position that it has reached: the epoch of this run
of OctoPrint, and a number that counts events. The last few hundred events are kept for those who come back
in time; of the statuses, and of the notes that files changed, only the newest.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass
from typing import Callable, Optional

from octoland_api.errors import Failed, ServiceError
from octoland_api.shapes import Event, Events, FilesChanged, Load, Message, Status, StatusChanged

from octoprint_octoland.deferred import Deferred, answer, fail, is_wanted
from octoprint_octoland.loop import Loop, Timer

_log = logging.getLogger(__name__)

KEPT = 256
MOST_WAITING = 64
# A line of G-code may be of any length, the drive is small.
LONGEST_MESSAGE = 256
# Figures change with each line of G-code: once a second is enough for a screen.
STATUS_EVERY_S = 1.0

_SUPERSEDED = (StatusChanged, FilesChanged)

Kinds = tuple[type[Event], ...]
EVERY_KIND: Kinds = (StatusChanged, Message, FilesChanged)


class History:
    """The events that are kept, and the positions of those who have read them."""

    def __init__(self) -> None:
        self._epoch = os.urandom(4).hex()
        self._last = 0
        self._forgotten = 0
        self._kept: deque[tuple[int, Event]] = deque()

    @property
    def position(self) -> str:
        return f"{self._epoch}-{self._last}"

    def append(self, event: Event) -> None:
        if isinstance(event, _SUPERSEDED):
            self._kept = deque(kept for kept in self._kept if type(kept[1]) is not type(event))
        self._last += 1
        self._kept.append((self._last, event))
        while len(self._kept) > KEPT:
            self._forgotten, _ = self._kept.popleft()

    def since(self, position: str, kinds: Kinds = EVERY_KIND) -> Optional[tuple[Event, ...]]:
        """What came after a position; None if some of it is forgotten, or the position is not of this run."""
        epoch, _, number = position.rpartition("-")
        if epoch != self._epoch or not number.isdecimal():
            return None
        reached = int(number)
        if not self._forgotten <= reached <= self._last:
            return None
        return tuple(event for at, event in self._kept if at > reached and isinstance(event, kinds))


@dataclass(frozen=True, eq=False)
class Waiting:
    """Somebody who waits. `check` raises if they may not be told any more: a key can be revoked meanwhile.
    `kinds` are those of the events that they may be told."""

    deferred: Deferred
    after: str
    check: Callable[[], object]
    kinds: Kinds


class Hub:
    """Gathers what happens and answers those who wait."""

    def __init__(self, loop: Loop, read_status: Callable[[], Status]) -> None:
        self._loop = loop
        self._read_status = read_status
        self._history = History()
        self._waiting: dict[Waiting, Timer] = {}
        self._told: Optional[Status] = None
        self._stale = True
        self._readable = True
        self._rest: Optional[Timer] = None

    # --- from any thread ---

    def wait(
        self, after: str, wait_s: float, check: Callable[[], object], kinds: Kinds = EVERY_KIND
    ) -> Deferred:
        """Events after a position; answered as soon as there is one, at the latest after `wait_s`."""
        waiting = Waiting(Deferred(), after, check, kinds)
        self._loop.post(lambda: self._join(waiting, wait_s))
        return waiting.deferred

    # --- in the loop ---

    def message(self, text: str, time_s: float) -> None:
        self._tell(Message(text=text[:LONGEST_MESSAGE], time_s=time_s))

    def files_changed(self) -> None:
        self._tell(FilesChanged())

    def state_changed(self) -> None:
        """Told at once."""
        self._stale = True
        if self._waiting:
            self._refresh()
            self._answer_all()

    def figures_changed(self) -> None:
        """Told once a second."""
        self._stale = True
        if self._waiting and self._rest is None:
            self._refresh()
            self._answer_all()

    def access_changed(self) -> None:
        """Those who may not be told any more hear it now, and not when something happens."""
        for waiting in list(self._waiting):
            error = self._objection(waiting)
            if error is not None:
                self._waiting.pop(waiting).cancel()
                fail(waiting.deferred, error)

    def close(self) -> None:
        """Answer all that wait, for the end has come."""
        for waiting in list(self._waiting):
            self._leave(waiting)

    def _tell(self, event: Event) -> None:
        self._history.append(event)
        self._answer_all()

    def _join(self, waiting: Waiting, wait_s: float) -> None:
        events = self._news(waiting)
        if events is None:
            self._begin(waiting)
            return
        if self._stale and self._rest is None:
            self._refresh()
            events = self._news(waiting)
        if events or wait_s <= 0:
            self._answer(waiting, events or ())
            return
        if len(self._waiting) >= MOST_WAITING:
            self._leave(next(iter(self._waiting)))
        self._waiting[waiting] = self._loop.later(wait_s, lambda: self._leave(waiting))

    def _begin(self, waiting: Waiting) -> None:
        """For one who has no position that we know: all there is to know is how things are now."""
        self._refresh()
        status = (StatusChanged(status=self._told),) if self._told is not None else ()
        self._answer(waiting, status, lost=waiting.after != "")

    def _leave(self, waiting: Waiting) -> None:
        """Answered though nothing happened; what changes without a sound, like the load, comes with it."""
        timer = self._waiting.pop(waiting, None)
        if timer is not None:
            timer.cancel()
        self._refresh()
        self._tell_news(waiting, self._news(waiting))

    def _answer_all(self) -> None:
        for waiting in list(self._waiting):
            events = self._news(waiting)
            if events is None or events or not is_wanted(waiting.deferred):
                self._waiting.pop(waiting).cancel()
                self._tell_news(waiting, events)

    def _tell_news(self, waiting: Waiting, events: Optional[tuple[Event, ...]]) -> None:
        if events is None:
            # More of what they are not told has come than is kept.
            self._begin(waiting)
        else:
            self._answer(waiting, events)

    def _news(self, waiting: Waiting) -> Optional[tuple[Event, ...]]:
        return self._history.since(waiting.after, waiting.kinds)

    def _answer(self, waiting: Waiting, events: tuple[Event, ...], lost: bool = False) -> None:
        error = self._objection(waiting)
        if error is not None:
            fail(waiting.deferred, error)
        else:
            answer(waiting.deferred, Events(next=self._history.position, events=events, lost=lost))

    def _objection(self, waiting: Waiting) -> Optional[ServiceError]:
        """Why they may not be told."""
        try:
            waiting.check()
        except ServiceError as error:
            return error
        except Exception as error:  # noqa: BLE001 - who waits beside must be answered all the same
            _log.exception("A key could not be checked")
            return Failed(f"OctoPrint could not check the key: {error}")
        return None

    def _refresh(self) -> None:
        """Read the status, and keep it as an event if it says something new."""
        self._stale = False
        if self._rest is not None:
            self._rest.cancel()
        self._rest = self._loop.later(STATUS_EVERY_S, self._rested)
        try:
            status = self._read_status()
        except Exception:  # noqa: BLE001 - messages are told all the same, and nobody waits for ever
            if self._readable:
                _log.exception("The status cannot be read")
            self._readable = False
            return
        self._readable = True
        if self._told is None or _in_essence(status) != _in_essence(self._told):
            self._told = status
            self._history.append(StatusChanged(status=status))

    def _rested(self) -> None:
        self._rest = None
        if self._stale and self._waiting:
            self._refresh()
            self._answer_all()


def _in_essence(status: Status) -> tuple[object, ...]:
    """What a reader can see of a status: tenths of degrees, whole percents."""
    load = status.load
    return (
        status.state,
        status.state_text,
        status.error,
        status.file,
        status.progress,
        tuple(
            (each.heater, _round(each.actual_celsius, 1), each.target_celsius) for each in status.temperatures
        ),
        _whole(load),
        status.prompt,
    )


def _whole(load: Load) -> tuple[Optional[float], ...]:
    return tuple(_round(figure, 0) for figure in (load.cpu_celsius, load.ram_percent, load.disk_percent))


def _round(figure: Optional[float], digits: int) -> Optional[float]:
    return None if figure is None else round(figure, digits)
