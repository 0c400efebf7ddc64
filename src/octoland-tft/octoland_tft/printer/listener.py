"""The thread that keeps the screen's picture of the printer true: one long-standing call for what happens.

It never polls. While the service is there, `events` answers as soon as something has happened. While it is
not, a `status` request lies waiting on the wire, and the service's first act after its start is to answer it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Optional, Protocol

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
    """Who is told; called from the listener's thread."""

    def service_gone(self, failure: Failure) -> None: ...
    def key_missing(self, status: Optional[shapes.Status]) -> None: ...
    def key_refused(self, key: str, failure: Failure) -> None: ...
    def in_touch(self, status: shapes.Status) -> None: ...
    def happened(self, event: shapes.Event) -> None: ...


class Listener:
    def __init__(self, wire: Wire, picture: Picture, key: Optional[str]) -> None:
        self._wire = wire
        self._picture = picture
        self._key = key
        self._changed = threading.Event()
        self._stopped = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="listener", daemon=True).start()

    def set_key(self, key: Optional[str]) -> None:
        """From now on with this key."""
        self._key = key
        self._changed.set()

    def stop(self) -> None:
        """The wire is about to be closed: what fails from now on is nobody's business."""
        self._stopped = True

    def look_again(self) -> None:
        """Something else found the service changed: where the listener waits for a key, it looks anew."""
        self._changed.set()

    def _run(self) -> None:
        timeout_s = FIRST_TIMEOUT_S
        while True:
            began = time.monotonic()
            key = self._key
            self._changed.clear()
            try:
                self._follow(key, timeout_s)
            except ServiceCallFailed as error:
                if self._stopped:
                    return
                if key is not None and error.failure.kind in KEY_TROUBLE:
                    self._picture.key_refused(key, error.failure)
                    self._changed.wait()
                else:
                    self._picture.service_gone(error.failure)
                    timeout_s = RETURN_TIMEOUT_S
                    self._changed.wait(max(0.0, began + RETRY_S - time.monotonic()))

    def _follow(self, key: Optional[str], timeout_s: float) -> None:
        """Tell the picture what happens, until the key changes; raises `ServiceCallFailed`."""
        if key is None:
            self._picture.key_missing(self._open_status(timeout_s))
            self._changed.wait()
            return
        # The first call waits for the service. The place in the stream of events comes before the state is
        # read: nothing that happens between the two is missed.
        self._wire.call("status", timeout_s, key=key)
        place = self._wire.read(shapes.Events, "events", CALL_TIMEOUT_S, key=key, after="", wait_s=0.0)
        self._picture.in_touch(self._wire.read(shapes.Status, "status", CALL_TIMEOUT_S, key=key))
        while self._key == key:
            # A service that stops in good order answers what waits and is gone; a long call into nothing ends
            # by its timeout alone.
            self._wire.attend(FIRST_TIMEOUT_S)
            timeout_s = EVENTS_WAIT_S + CALL_TIMEOUT_S
            place = self._wire.read(
                shapes.Events, "events", timeout_s, key=key, after=place.next, wait_s=EVENTS_WAIT_S
            )
            if place.lost:
                self._picture.in_touch(self._wire.read(shapes.Status, "status", CALL_TIMEOUT_S, key=key))
            for event in place.events:
                self._picture.happened(event)

    def _open_status(self, timeout_s: float) -> Optional[shapes.Status]:
        """The status that may be read without a key, where OctoPrint's setting allows it."""
        try:
            return self._wire.read(shapes.Status, "status", timeout_s)
        except ServiceCallFailed as error:
            if error.failure.kind in KEY_TROUBLE:
                return None
            raise
