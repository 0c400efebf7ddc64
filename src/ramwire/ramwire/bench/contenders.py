"""Who can be measured: the wires, and their peers. Each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Callable, Protocol, cast


class Caller(Protocol):
    """A client's end."""

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        """The verb's answer; raises any exception when it does not come within `PATIENCE_S`."""

    def close(self) -> None: ...


Serve = Callable[[str, Callable[[], None]], None]
"""Serves `workload.VERBS` in a directory of its own for ever; calls the function once requests are taken."""

Connect = Callable[[str], Caller]

PATIENCE_S = 2.0


@dataclass(frozen=True)
class Contender:
    name: str
    method: str
    """The row of the article's comparison, a key of `methods.METHODS`."""
    module: str
    """Has the functions `serve` and `connect`."""
    package: str = ""
    """What to install where the module cannot be imported."""

    def serve(self) -> Serve:
        return cast("Serve", self._load("serve"))

    def connect(self) -> Connect:
        return cast("Connect", self._load("connect"))

    def _load(self, function: str) -> object:
        try:
            return getattr(import_module(self.module), function)
        except ImportError as error:
            raise NotHere(f"{self.name} is not installed ({error}); pip install {self.package}") from error


class NotHere(Exception):
    """A contender that cannot be measured on this machine."""


WIRES = (Contender("ramdrive", "Files", "ramwire.bench.ramdrive"),)

PEERS = (
    Contender("pyzmq", "Message queues", "ramwire.bench.pyzmq", "pyzmq"),
    Contender("connection", "Sockets", "ramwire.bench.connection"),
)


def choose(wires: Sequence[str], peers: Sequence[str]) -> list[Contender]:
    """The contenders of these names, checked to be installed. Raises `NotHere`."""
    chosen = [_named(name, WIRES, "wire") for name in wires] + [_named(name, PEERS, "peer") for name in peers]
    for contender in chosen:
        contender.connect()
    return chosen


def of_name(name: str) -> Contender:
    return _named(name, (*WIRES, *PEERS), "contender")


def _named(name: str, known: Sequence[Contender], kind: str) -> Contender:
    for contender in known:
        if contender.name == name:
            return contender
    raise NotHere(f"no {kind} is called {name}; there is {', '.join(contender.name for contender in known)}")
