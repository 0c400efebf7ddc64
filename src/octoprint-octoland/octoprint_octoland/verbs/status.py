"""status, events, about: what there is to know, and what happens."""

from __future__ import annotations

import platform
import socket
from typing import TYPE_CHECKING

from octoland_api.arguments import AwaitEvents, Nothing
from octoland_api.shapes import About, Status, StatusChanged

from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.addresses import Addresses
from octoprint_octoland.dispatch import Handler, Request, handler
from octoprint_octoland.events import EVERY_KIND

if TYPE_CHECKING:
    from octoprint_octoland.deferred import Deferred
    from octoprint_octoland.events import Hub
    from octoprint_octoland.status import StatusReader
    from octoprint_octoland.versions import Versions


class StatusVerbs:
    def __init__(
        self,
        status: StatusReader,
        hub: Hub,
        preferences: Preferences,
        addresses: Addresses,
        versions: Versions,
    ) -> None:
        self._status = status
        self._hub = hub
        self._preferences = preferences
        self._addresses = addresses
        self._versions = versions

    def handlers(self) -> list[Handler]:
        return [
            handler("status", Nothing, self._read),
            handler("events", AwaitEvents, self._events),
            handler("about", Nothing, self._about),
        ]

    def _read(self, _: Nothing, __: Request) -> Status:
        return self._status.read()

    def _events(self, wanted: AwaitEvents, request: Request) -> Deferred:
        # What may be read without a key is the status: nobody's messages, nor that files came and went.
        kinds = EVERY_KIND if request.caller is not None else (StatusChanged,)
        return self._hub.wait(wanted.after, wanted.wait_s, request.check, kinds)

    def _about(self, _: Nothing, __: Request) -> About:
        return About(
            octoprint=self._versions.octoprint,
            plugin=self._versions.plugin,
            python=platform.python_version(),
            hostname=socket.gethostname(),
            addresses=self._addresses.all(),
            printer=self._preferences.profile().name,
        )
