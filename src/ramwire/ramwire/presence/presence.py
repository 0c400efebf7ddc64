"""Both sides of a presence by signals."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from ramwire.errors import Refused
from ramwire.presence import register
from ramwire.presence.place import Held, Place, folder_path
from ramwire.presence.watching import DOWN, UP, Watching
from ramwire.url import parse


def _nothing() -> None:
    pass


class Presence:
    """Tells processes on this machine that a server has come up, or goes down: by a signal, without data.

    >>> with Presence("signal:/dev/shm/alice").announce():  # doctest: +SKIP
    ...     serve()
    >>> with Presence("signal:/dev/shm/alice").watch(on_down=pause) as alice:  # doctest: +SKIP
    ...     work(while_up=lambda: alice.is_up)
    """

    def __init__(self, url: str) -> None:
        """Only checks the address, `signal:DIR`."""
        self.url = url
        self._path = folder_path(parse(url))
        self._lock = threading.Lock()
        self._place: Place | None = None
        self._held: Held | None = None

    def up(self) -> list[int]:
        """Say that the server has come up: SIGUSR2 to everybody registered. Gives the pids of those told.

        Raises `Refused` where another server is up here (the text names its pid).
        """
        with self._lock:
            if self._held is not None:
                raise Refused(f"{self.url}: this server is up already")
            place = self._place = Place(self._path)
            held = Held(place)
            try:
                told = register.tell(place, UP)
            except BaseException:
                held.release()
                raise
            self._held = held
            return told

    def down(self) -> list[int]:
        """Say that it goes down: SIGUSR1. Gives the pids of those told; nobody where it is not up."""
        with self._lock:
            if self._held is None or self._place is None:
                return []
            held, self._held = self._held, None
            try:
                held.stop_serving()
                return register.tell(self._place, DOWN)
            finally:
                held.release()

    @contextmanager
    def announce(self) -> Iterator[list[int]]:
        """`up` now, `down` at the end of the `with`. Gives the pids of those told."""
        told = self.up()
        try:
            yield told
        finally:
            self.down()

    def watch(
        self, on_up: Callable[[], object] = _nothing, on_down: Callable[[], object] = _nothing
    ) -> Watching:
        """For a `with` in the main thread: registered, this process is told.

        `on_up` and `on_down` run as signal handlers do, in the main thread between two of its steps. Neither
        is called for what was so before: ask `is_up` of what the `with` gives.
        """
        return Watching(Place(self._path), on_up, on_down)

    @property
    def is_up(self) -> bool:
        """Whether a server of ours is up, without having been told. A server that only sends signals does not
        show.
        """
        return os.path.isdir(self._path) and Place(self._path).is_served()
