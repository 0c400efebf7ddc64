"""`ramwire serve` and `ramwire echo`: a service from the command line."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Callable

from ramwire import Server
from ramwire.command import ending
from ramwire.command.echo_verbs import EchoVerbs
from ramwire.command.ends import server_at
from ramwire.command.outcome import Exit, WrongUsage, tell

Verb = Callable[..., object]


@dataclass(frozen=True)
class Echo:
    url: str

    def run(self) -> int:
        return serve(self.url, public_methods(EchoVerbs()))


@dataclass(frozen=True)
class Serve:
    url: str
    target: str
    """`MODULE:NAME`, NAME perhaps with dots."""

    def run(self) -> int:
        verbs = self._verbs()
        if not verbs:
            raise WrongUsage(f"{self.target} has no public method to serve")
        return serve(self.url, verbs)

    def _verbs(self) -> Mapping[str, Verb]:
        target = self._find()
        if isinstance(target, Server):
            return target.verbs
        if inspect.isclass(target):
            try:
                return public_methods(target())
            except TypeError as error:
                raise WrongUsage(f"{self.target} cannot be made without arguments: {error}") from error
        return public_methods(target)

    def _find(self) -> object:
        module, colon, name = self.target.partition(":")
        if not colon or not module or not name:
            raise WrongUsage(f"{self.target} must read MODULE:NAME, as in alice:Alice")
        # An installed script has its own directory on the path, not the one the user is in.
        if "" not in sys.path:
            sys.path.insert(0, "")
        try:
            found: object = import_module(module)
        except Exception as error:  # whatever the user's module does when it is imported
            told = f"{self.target} cannot be imported: {type(error).__name__}: {error}"
            raise WrongUsage(f"{told}; modules are looked for in this directory first") from error
        for part in name.split("."):
            try:
                found = getattr(found, part)
            except AttributeError as error:
                raise WrongUsage(f"{self.target}: {error}") from error
        return found


def public_methods(target: object) -> Mapping[str, Verb]:
    """Name to method, for those whose name does not begin with `_`. Properties are not evaluated."""
    names = [name for name in dir(target) if not name.startswith("_")]
    return {name: getattr(target, name) for name in names if callable(inspect.getattr_static(target, name))}


def serve(url: str, verbs: Mapping[str, Verb]) -> int:
    """Until a signal ends it, which is what an end of a server is: exit code 0."""
    server = server_at(url, verbs)
    ending.stop_on_signals(server.stop)
    server.start()
    tell(f"ramwire: serving {server.url}: {', '.join(verbs)}")
    server.wait()
    return Exit.DONE
