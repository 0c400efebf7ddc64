"""key.request, key.outcome"""

from __future__ import annotations

from typing import TYPE_CHECKING

from octoland_api.arguments import AwaitOutcome, RequestKey

from octoprint_octoland.dispatch import Handler, Request, handler

if TYPE_CHECKING:
    from octoprint_octoland.deferred import Deferred
    from octoprint_octoland.keys import KeyDesk


class KeyVerbs:
    def __init__(self, desk: KeyDesk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        return [
            handler("key.request", RequestKey, self._request),
            handler("key.outcome", AwaitOutcome, self._outcome),
        ]

    def _request(self, wanted: RequestKey, _: Request) -> Deferred:
        return self._desk.request(wanted.app, wanted.user or None)

    def _outcome(self, wanted: AwaitOutcome, _: Request) -> Deferred:
        return self._desk.outcome(wanted.token, wanted.wait_s)
