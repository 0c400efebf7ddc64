"""A client's side: registered, and called when the server comes up or goes down."""

from __future__ import annotations

import os
import signal
import threading
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Callable

from ramwire.errors import Refused
from ramwire.presence import register
from ramwire.presence.guard import Guard
from ramwire.presence.place import Place

if TYPE_CHECKING:
    from types import FrameType, TracebackType

UP = signal.SIGUSR2
DOWN = signal.SIGUSR1


class Watching:
    """In force from the `with` on: both signals are handled, then the pid file is made. At its end the file
    is removed, and whatever handled the signals before does so again.

    A signal only says that something has changed; what it is, a folder that servers of ours use tells itself.
    So two signals that come in one moment, or a stranger's, do not mislead. Several may be in force at once.
    """

    def __init__(self, place: Place, on_up: Callable[[], object], on_down: Callable[[], object]) -> None:
        self._place = place
        self._on_up = on_up
        self._on_down = on_down
        self._pid = 0
        self._before: dict[int, object] = {}
        self._guard = Guard(place, DOWN, (UP, DOWN))
        self.is_up = False
        """Whether the server is up, as far as this process has been told."""

    def __enter__(self) -> Watching:
        if threading.current_thread() is not threading.main_thread():
            raise Refused("signals are handled in the main thread: watch there")
        self._pid = os.getpid()
        self.is_up = self._place.is_served()
        try:
            self._guard.start()
        except (OSError, RuntimeError) as error:
            raise Refused(f"{self._place.path}: it cannot be watched: {error}") from error
        for number in (UP, DOWN):
            self._before[number] = signal.signal(number, self._notice)
        try:
            register.add(self._place, self._pid)
        except OSError as error:
            self._guard.stop()
            self._restore()
            raise Refused(f"{self._place.path}: the pid file cannot be made: {error}") from error
        # At the interpreter's exit too, so that no file is left to be found by a server.
        self._at_exit = weakref.finalize(self, _unregister, self._place, self._pid)
        if self._place.has_had_server:
            self._ask()  # it may have come or gone while we were not registered yet
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A forked child is neither registered nor guarded.
        if os.getpid() == self._pid:
            self._at_exit()
            self._guard.stop()  # before the handlers go: unhandled, its signal would end this process
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            # None is a handler that was not set from Python, and cannot be set again from here.
            signal.signal(number, signal.SIG_IGN if handler is None else handler)  # type: ignore[arg-type]

    def _notice(self, number: int, frame: FrameType | None) -> None:
        del frame
        watchings = list(self._in_force(number))
        for watching in watchings:
            watching._guard.noticed()
        known = [watching for watching in watchings if watching._place.has_had_server]
        for watching in known:
            watching._ask()
        up = number == UP
        # What a server of ours may have sent says nothing of one that is not ours.
        if not any(watching.is_up == up for watching in known):
            for watching in watchings:
                if watching not in known:
                    watching._change(up)

    def _in_force(self, number: int) -> Iterator[Watching]:
        """This one, and those of other services that began before it."""
        yield self
        before = getattr(self._before[number], "__self__", None)
        if isinstance(before, Watching):
            yield from before._in_force(number)

    def _ask(self) -> None:
        up = self._place.is_served()
        if os.getpid() == self._pid:
            self._guard.look(for_server=up)
        self._change(up)

    def _change(self, up: bool) -> None:
        if up != self.is_up:
            self.is_up = up
            (self._on_up if up else self._on_down)()


def _unregister(place: Place, pid: int) -> None:
    if os.getpid() == pid:
        register.remove(place, pid)
