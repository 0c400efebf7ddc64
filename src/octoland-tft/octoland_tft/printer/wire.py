"""The one place where a wire is opened, and where its errors become the screen's `Failure`."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import octoland_api
from octoland_api import shapes

import ramwire
from octoland_tft.failure import Failure

Shape = TypeVar("Shape", bound=shapes.Record)


class ServiceCallFailed(Exception):
    """A call that brought no answer: `failure` says what is known."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind, failure.text)
        self.failure = failure


class Wire:
    """The client of the printer's service, for all threads of the screen."""

    def __init__(self) -> None:
        """Raises `ramwire.Refused` where the address makes no sense; nobody needs to be there yet."""
        self._client = ramwire.Client(octoland_api.service_url())

    def call(self, verb: str, timeout_s: float, **arguments: object) -> object:
        """The plain reply; raises `ServiceCallFailed`."""
        try:
            return self._client.call(verb, timeout=timeout_s, **arguments)
        except ramwire.WireError as error:
            raise ServiceCallFailed(_failure(error)) from error

    def attend(self, timeout_s: float) -> None:
        """Return once somebody serves; raises `ServiceCallFailed` where nobody does for so long."""
        try:
            self._client.ping(timeout_s)
        except ramwire.WireError as error:
            raise ServiceCallFailed(_failure(error)) from error

    def read(self, shape: type[Shape], verb: str, timeout_s: float, **arguments: object) -> Shape:
        """The reply in its shape; raises `ServiceCallFailed`, also for a reply that has another."""
        reply = self.call(verb, timeout_s, **arguments)
        try:
            return shapes.from_wire(shape, reply)
        except msgspec.ValidationError as error:
            raise ServiceCallFailed(Failure("BadMessage", f"{verb}: {error}")) from error

    def close(self) -> None:
        self._client.close()


def _failure(error: ramwire.WireError) -> Failure:
    if isinstance(error, ramwire.RemoteError):
        return Failure(error.kind or "Failed", error.text)
    if isinstance(error, ramwire.Timeout):
        return Failure("Timeout", str(error), error.may_have_run)
    return Failure(
        type(error).__name__, str(error), isinstance(error, (ramwire.ServerGone, ramwire.ReplyLost))
    )
