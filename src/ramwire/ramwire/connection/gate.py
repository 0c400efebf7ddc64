"""The clients that are let in and have not shown the key yet: their number is bounded, and so is what is said
of them.
"""

from __future__ import annotations

import threading

from ramwire.journal import Complaints, Journal
from ramwire.sessions.contract import ServerSession

log = Journal(__name__)

MOST_STRANGERS = 100
"""In the midst of a handshake at once. One more, and the one that has been there longest is let go."""


class Gate:
    """Any thread may call its methods."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._strangers: dict[ServerSession, None] = {}
        self._complaints = Complaints(log)

    def let_in(self, session: ServerSession) -> None:
        """A client has connected."""
        with self._lock:
            self._strangers[session] = None
            if len(self._strangers) <= MOST_STRANGERS:
                return
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
        oldest.interrupt()

    def met(self, session: ServerSession, trouble: str) -> None:
        """Its handshake is over; `trouble` says why it has failed, or is empty."""
        with self._lock:
            self._strangers.pop(session, None)
        if trouble:
            self._complaints.tell("%s: a client was not let in: %s", self._address, trouble)
