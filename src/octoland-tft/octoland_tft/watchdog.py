"""Tells systemd that the screen is up and still turning: a screen that hangs is started anew.

The protocol is one datagram to the socket named in $NOTIFY_SOCKET (sd_notify(3)).
"""

from __future__ import annotations

import logging
import os
import socket

from octoland_tft.kivy_api import Clock

logger = logging.getLogger(__name__)


class Watchdog:
    """Without a $NOTIFY_SOCKET it does nothing."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte that begins an abstract address.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def ready(self) -> None:
        """The first page is drawn. From now on a sign of life, at twice the pace that systemd asks for."""
        self._tell("READY=1")
        within_us = int(os.environ.get("WATCHDOG_USEC", "0"))
        if within_us:
            Clock.schedule_interval(lambda _dt: self._tell("WATCHDOG=1"), within_us / 2e6)

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        try:
            self._socket.sendto(state.encode(), self._address)
        except OSError as error:
            logger.warning("systemd was not told %s: %s", state, error)
