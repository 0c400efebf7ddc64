"""The life of the wire's server: opened when the drive is there, for as long as OctoPrint runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Optional

from ramwire.verbs import Function

from ramwire import Server, WireError

_log = logging.getLogger(__name__)

# Only while it cannot be opened: a drive that is not mounted yet, an OctoPrint that is just ending.
RETRY_S = 1.0


class Service:
    """Serves in threads of its own; what the wire cannot do now it does when it can."""

    def __init__(self, url: str, verbs: Mapping[str, Function]) -> None:
        self._url = url
        self._verbs = verbs
        self._stopping = threading.Event()
        self._server: Optional[Server] = None
        self._obstacle: Optional[str] = None
        self._thread = threading.Thread(target=self._open, name="octoland-service", daemon=True)

    def start(self) -> None:
        """Returns at once."""
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._server is not None:
            self._server.stop()

    def _open(self) -> None:
        while not self._try_to_open():
            if self._stopping.wait(RETRY_S):
                return
        _log.info("Serving the printer at %s", self._url)

    def _try_to_open(self) -> bool:
        try:
            server = Server(self._url, verbs=self._verbs)
            server.start()
        except (WireError, OSError, ValueError) as error:
            if str(error) != self._obstacle:
                self._obstacle = str(error)
                _log.warning("The printer cannot be served at %s, trying on: %s", self._url, error)
            return False
        self._server = server
        if self._stopping.is_set():
            server.stop()
        return True
