"""Asking OctoPrint's user for an API key, and waiting until they have decided."""

from __future__ import annotations

import enum
import logging
import threading
import time
from dataclasses import dataclass
from typing import Callable, Optional

from octoland_api import shapes

from octoland_tft.failure import Failure
from octoland_tft.printer.wire import ServiceCallFailed, Wire

logger = logging.getLogger(__name__)

APP_NAME = "OctoLand screen"
CALL_TIMEOUT_S = 5.0
WAIT_S = 50.0
# Answers to a request that a second one would bring as well.
REFUSALS = ("Failed", "InvalidArguments", "BadMessage")


class AccessPhase(enum.Enum):
    """How far the request for a key has come."""

    IDLE = "idle"
    ASKING = "asking"
    WAITING = "waiting"
    GRANTED = "granted"
    DENIED = "denied"
    EXPIRED = "expired"
    LOST = "lost"


@dataclass(frozen=True)
class Access:
    """The request for a key. `url` is where OctoPrint is opened; `until` when it expires
    (`time.monotonic`)."""

    phase: AccessPhase = AccessPhase.IDLE
    url: Optional[str] = None
    until: float = 0.0
    failure: Optional[Failure] = None

    @property
    def to_be_asked(self) -> bool:
        """Nobody has decided on it, and it is worth asking again without the user: the service said no by
        none of its own words."""
        if self.phase is AccessPhase.LOST:
            return self.failure is None or self.failure.kind not in REFUSALS
        return self.phase is AccessPhase.IDLE


class KeyRequest:
    """One request, in a thread of its own, told step by step through `changed`; ends once it is decided.

    `changed` and `granted` are called in that thread.
    """

    def __init__(self, wire: Wire, changed: Callable[[Access], None], granted: Callable[[str], None]) -> None:
        self._wire = wire
        self._changed = changed
        self._granted = granted
        threading.Thread(target=self._run, name="key-request", daemon=True).start()

    def _run(self) -> None:
        self._changed(Access(AccessPhase.ASKING))
        try:
            self._ask()
        except ServiceCallFailed as error:
            logger.warning("The request for a key was lost: %s", error.failure.text)
            self._changed(Access(AccessPhase.LOST, failure=error.failure))

    def _ask(self) -> None:
        request = self._wire.read(shapes.KeyRequest, "key.request", CALL_TIMEOUT_S, app=APP_NAME)
        until = time.monotonic() + request.expires_s
        self._changed(Access(AccessPhase.WAITING, request.url, until))
        while True:
            outcome = self._wire.read(
                shapes.KeyOutcome, "key.outcome", WAIT_S + CALL_TIMEOUT_S, token=request.token, wait_s=WAIT_S
            )
            if outcome.state == "granted" and outcome.key is not None:
                self._granted(outcome.key)
                self._changed(Access(AccessPhase.GRANTED))
                return
            if outcome.state in ("denied", "expired"):
                self._changed(Access(AccessPhase(outcome.state), request.url))
                return
