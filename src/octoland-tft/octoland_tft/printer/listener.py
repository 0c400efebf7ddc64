"""The thread that keeps the screen's picture of the printer true: one long-standing call for what happens.

It never polls. While the service is there, `events` answers as soon as something has happened: with a key
all of it, without one the changes of the status, where OctoPrint's setting allows it. While the service is
not there, a `status` request lies waiting on the wire, and the service's first act after its start is to
answer it.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import Callable, Optional, Protocol

from octoland_api import shapes

from octoland_tft.failure import Failure
from octoland_tft.printer.wire import ServiceCallFailed, Wire

logger = logging.getLogger(__name__)

# How long the first answer may take before the screen says that OctoPrint does not answer.
FIRST_TIMEOUT_S = 3.0
CALL_TIMEOUT_S = 5.0
RETURN_TIMEOUT_S = 60.0
EVENTS_WAIT_S = 50.0
# A wire that refuses at once (a drive not mounted, a folder not ours) is tried again no faster than this.
RETRY_S = 1.0

KEY_TROUBLE = ("KeyNeeded", "KeyRefused", "NotPermitted")


class Picture(Protocol):
    """Who is told; called from a listener's thread."""

    def service_gone(self, failure: Failure) -> None: ...
    def key_missing(self, status: Optional[shapes.Status]) -> None: ...
    def key_refused(self, key: str, failure: Failure) -> None: ...
    def in_touch(self, status: shapes.Status) -> None: ...
    def happened(self, event: shapes.Event) -> None: ...


class Listener:
    """Listens with one key, or without any."""

    def __init__(self, wire: Wire, picture: Picture, key: Optional[str]) -> None:
        self._wire = wire
        self._picture = picture
        self._key = key
        self._stirred = threading.Event()
        self._telling = threading.Lock()
        self._end = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="listener", daemon=True).start()

    def stop(self) -> None:
        """What comes from now on is nobody's business; the call under way ends by itself."""
        with self._telling:
            self._end.set()
        self._stirred.set()

    def look_again(self) -> None:
        """Something else found the service changed: where the status needs a key, the listener looks anew."""
        self._stirred.set()

    def _run(self) -> None:
        timeout_s = FIRST_TIMEOUT_S
        while not self._end.is_set():
            began = time.monotonic()
            self._stirred.clear()
            try:
                self._follow(timeout_s)
            except ServiceCallFailed as error:
                if error.failure.kind not in KEY_TROUBLE:
                    self._tell(partial(self._picture.service_gone, error.failure))
                    timeout_s = RETURN_TIMEOUT_S
                elif self._key is not None:
                    self._tell(partial(self._picture.key_refused, self._key, error.failure))
                    return
                else:
                    self._tell(partial(self._picture.key_missing, None))
                    self._stirred.wait()
                self._end.wait(max(0.0, began + RETRY_S - time.monotonic()))

    def _follow(self, timeout_s: float) -> None:
        """Tell the picture what happens, until the listener is stopped; raises `ServiceCallFailed`."""
        # The first call waits for the service. The place in the stream of events comes before the state is
        # read: nothing that happens between the two is missed.
        self._status(timeout_s)
        place = self._events(CALL_TIMEOUT_S, after="", wait_s=0.0)
        self._look()
        while not self._end.is_set():
            # A service that stops in good order answers what waits and is gone; a long call into nothing ends
            # by its timeout alone.
            self._wire.attend(FIRST_TIMEOUT_S)
            place = self._events(EVENTS_WAIT_S + CALL_TIMEOUT_S, after=place.next, wait_s=EVENTS_WAIT_S)
            if place.lost:
                self._look()
            for event in place.events:
                self._tell(partial(self._picture.happened, event))

    def _look(self) -> None:
        status = self._status(CALL_TIMEOUT_S)
        tell = self._picture.key_missing if self._key is None else self._picture.in_touch
        self._tell(partial(tell, status))

    def _tell(self, tell: Callable[[], None]) -> None:
        with self._telling:
            if not self._end.is_set():
                tell()

    def _status(self, timeout_s: float) -> shapes.Status:
        return self._wire.read(shapes.Status, "status", timeout_s, **self._keyed())

    def _events(self, timeout_s: float, *, after: str, wait_s: float) -> shapes.Events:
        return self._wire.read(
            shapes.Events, "events", timeout_s, after=after, wait_s=wait_s, **self._keyed()
        )

    def _keyed(self) -> dict[str, object]:
        return {} if self._key is None else {"key": self._key}
