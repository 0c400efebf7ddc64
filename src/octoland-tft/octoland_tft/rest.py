"""The screen's loop, asleep until something happens.

Kivy turns its loop many times a second and asks everybody for news. Here the loop sleeps in one `epoll`
instead: on the display's connection or the input devices, on a bell that other threads and signals ring, and
until the next thing that Kivy's clock has to do. While nothing happens nothing runs.
"""

from __future__ import annotations

import math
import os
import select
import signal
from contextlib import suppress

from octoland_tft.kivy_api import Cache, Clock, Window
from octoland_tft.wake_sources import Source

# A touch polled from the display in one turn is dispatched in the next and drawn in the one after.
TURNS_AFTER_WAKE = 3
# What schedules itself anew for each turn is held to this pace once it has had so many turns in a row.
BUSY_TURN_S = 1 / 60
BUSY_AFTER_TURNS = 8
CACHE_PURGE_S = 60.0
LONGEST_REST_S = 3600.0
# Where there is nothing to sleep on, the loop turns often enough for a touch to be answered within 50 ms.
BLIND_TURN_S = 1 / 30


class Bell:
    """Stands in for the `threading.Event` of Kivy's interruptible clock, as something that `epoll` wakes up
    on."""

    def __init__(self) -> None:
        self.ear, self._mouth = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._rung = False
        # A signal's handler runs between two steps of Python: the bell sees to it that there is a next step.
        signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)

    def set(self) -> None:
        """From any thread: the clock has something to do at once."""
        if not self._rung:
            self._rung = True
            with suppress(BlockingIOError):  # full: it rings already
                os.write(self._mouth, b"\0")

    def is_set(self) -> bool:
        return self._rung

    def clear(self) -> None:
        """What rang until now is done in this turn of the loop."""
        if self._rung:
            self.hush()
            self._rung = False

    def hush(self) -> None:
        """Take out what was rung: it woke the loop."""
        with suppress(BlockingIOError):
            os.read(self.ear, 4096)


class RestingLoop:
    """Takes the place of the clock's idling. `install` needs the clock of `KIVY_CLOCK=interrupt`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._bell = Bell()
        self._poll = select.epoll()
        self._poll.register(self._bell.ear, select.EPOLLIN)
        self._watched: set[int] = set()
        self._watch()
        self._turns = TURNS_AFTER_WAKE
        self._busy_turns = 0
        self._linger_until = 0.0

    def install(self) -> None:
        Clock._event = self._bell
        Clock.idle = self._idle
        # Drawing reads from the display's connection: what came with it no longer waits to be polled for.
        Window.bind(on_flip=self._drawn)
        # Kivy looks each second for textures that were not used for a minute.
        Clock.unschedule(Cache._purge_by_timeout)
        Clock.schedule_interval(Cache._purge_by_timeout, CACHE_PURGE_S)

    def _drawn(self, *_: object) -> None:
        self._turns = max(self._turns, 1)

    def _idle(self) -> float:
        """Kivy's hook: sleep for as long as there is nothing to do; the time at which it ended."""
        rest_s = self._rest_s()
        if rest_s > 0:
            self._busy_turns = 0
            self._sleep(rest_s)
        else:
            self._busy_turns += 1
        now: float = Clock.time()
        Clock._dt = now - Clock._last_tick
        Clock._last_tick = now
        # Only now: what is scheduled from here on rings anew.
        self._bell.clear()
        return now

    def _rest_s(self) -> float:
        """How long nothing is to be done; infinite until something happens."""
        if self._turns > 0:
            self._turns -= 1
            return 0.0
        now: float = Clock.time()
        # 0 for "in the next turn", else a point in time.
        due: float = Clock.get_min_timeout()
        rest_s: float = 0.0 if self._bell.is_set() else max(0.0, due - now) if due > 0 else 0.0
        if rest_s == 0 and self._busy_turns > BUSY_AFTER_TURNS:
            last: float = Clock._last_tick
            return max(0.0, BUSY_TURN_S - (now - last))
        if now < self._linger_until:
            return min(rest_s, BUSY_TURN_S)
        return min(rest_s, BLIND_TURN_S if self._source.blind else math.inf)

    def _sleep(self, rest_s: float) -> None:
        # Rung from another thread between the look at the bell and here: the pipe has it.
        for descriptor, _what in self._poll.poll(min(rest_s, LONGEST_REST_S)):
            self._turns = TURNS_AFTER_WAKE
            if descriptor == self._bell.ear:
                self._bell.hush()
            else:
                self._source.woken(descriptor)
                self._linger_until = Clock.time() + self._source.linger_s
        self._watch()

    def _watch(self) -> None:
        """Sleep on what the source has now: input devices come and go."""
        wanted = self._source.descriptors
        if wanted == self._watched:
            return
        for gone in self._watched - wanted:
            with suppress(OSError):  # closed: then epoll has forgotten it
                self._poll.unregister(gone)
        for new in wanted - self._watched:
            # Told once for what comes in: others read these, and may leave something unread.
            self._poll.register(new, select.EPOLLIN | select.EPOLLET)
        self._watched = set(wanted)
