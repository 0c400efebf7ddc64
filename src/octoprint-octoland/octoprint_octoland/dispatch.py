"""From a request to its verb: who asks, whether they may, whether the arguments fit; then the verb."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Callable, Optional, TypeVar, Union

import msgspec
from octoland_api import VERBS, Verb
from octoland_api.arguments import Arguments
from octoland_api.errors import Failed, InvalidArguments, KeyNeeded, ServiceError
from octoland_api.shapes import Record, to_wire

from octoprint_octoland.access import Access
from octoprint_octoland.adapters.users import Caller
from octoprint_octoland.deferred import Deferred, outcome

_log = logging.getLogger(__name__)

Given = TypeVar("Given", bound=Arguments)
Reply = Union[Record, Deferred, None]


@dataclass(frozen=True)
class Request:
    """Who asks (nobody known, where no key is needed), and a check whether they still may."""

    caller: Optional[Caller]
    check: Callable[[], object]

    @property
    def user(self) -> str:
        if self.caller is None:
            raise KeyNeeded("This needs an API key.")
        return self.caller.name


@dataclass(frozen=True)
class Handler:
    """A verb of the table and what does it, its arguments checked."""

    verb: Verb
    run: Callable[[object, Request], Reply]


def handler(name: str, arguments: type[Given], run: Callable[[Given, Request], Reply]) -> Handler:
    """Bind a function to a verb of the table, which must have the same arguments."""
    verb = VERBS[name]
    if verb.arguments is not arguments:
        raise TypeError(f"{name} takes {verb.arguments.__name__}, not {arguments.__name__}")

    def converted(plain: object, request: Request) -> Reply:
        try:
            fitting = msgspec.convert(plain, arguments)
        except msgspec.ValidationError as error:
            raise InvalidArguments(f"{name}: {error}") from error
        return run(fitting, request)

    return Handler(verb, converted)


class Dispatch:
    """A handler as the wire calls it."""

    def __init__(self, access: Access, handler: Handler) -> None:
        self._access = access
        self._handler = handler
        self._verb = handler.verb
        self._names = handler.verb.arguments.__struct_fields__

    # `self` may be an argument's name like any other.
    def __call__(self, /, *positional: object, **named: object) -> object:
        try:
            reply = self._reply(positional, named)
        except ServiceError:
            raise
        except Exception as error:
            _log.exception("OctoPrint could not do %s", self._verb.name)
            raise Failed(f"OctoPrint could not do it: {error}") from error
        if isinstance(reply, Record):
            return to_wire(reply)
        return None if reply is None else outcome(reply)

    def _reply(self, positional: tuple[object, ...], named: dict[str, object]) -> Reply:
        key = named.pop("key", None)
        caller = self._access.check(self._verb, key)
        if len(positional) > len(self._names):
            takes = ", ".join(self._names) or "none"
            raise InvalidArguments(f"{self._verb.name} takes at most {len(self._names)} arguments: {takes}.")
        named.update(zip(self._names, positional))
        return self._handler.run(named, Request(caller, lambda: self._access.check(self._verb, key)))
