"""Who can be measured: the wires, and their peers. Each is imported when it is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Callable, Protocol, cast

from ramwire import registry
from ramwire.bench.errors import NotHere
from ramwire.bench.ground import Ground
from ramwire.errors import Refused

ALL = ("all",)
"""Stands for every contender of a kind that can be measured here."""

PATIENCE_S = 2.0


class Caller(Protocol):
    """A client's end."""

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        """The verb's answer; raises any exception when it does not come within `PATIENCE_S`."""

    def close(self) -> None: ...


class Ends(Protocol):
    """What a contender's module brings."""

    def address(self, name: str, ground: Ground) -> str:
        """Where both ends of the contender of this name will meet: a new place each time."""

    def serve(self, address: str, ready: Callable[[], None]) -> None:
        """Serve `workload.VERBS` for ever; calls `ready` once requests are taken."""

    def connect(self, address: str) -> Caller: ...


@dataclass(frozen=True)
class Contender:
    name: str
    method: str
    """The row of the article's comparison, a key of `methods.METHODS`."""
    module: str
    """Has the functions of `Ends`."""
    hint: str = ""
    """What to install where the module cannot be imported."""
    crowd_module: str = ""
    """The same for many clients at once; without one it is not measured so."""
    program: str = ""
    """A program that it needs beside the two ends."""
    environment: Sequence[str] = ()
    """Variables that tell where somebody else's server is."""
    is_bare: bool = False
    """It does not carry the answer of nine fields: a signal, or what somebody else's server has to say."""

    @property
    def has_server(self) -> bool:
        """False where its server is somebody else's, and runs already."""
        return not self.environment

    def ends(self) -> Ends:
        return cast("Ends", import_module(self.module))


WIRE = "ramwire.bench.wire"

_METHODS = {
    "fifo": "Pipes",
    "ramdrive": "Files",
    "jsonfile": "Files",
    "redis": "Message queues",
    "mmap": "Shared memory",
    "unix": "Sockets",
    "tcp": "Sockets",
    "http": "Sockets",
}

REDIS = "redis-server"

WIRES = tuple(
    Contender(scheme, method, WIRE, crowd_module=WIRE, program=REDIS if scheme == "redis" else "")
    for scheme, method in _METHODS.items()
    if scheme in registry.WIRES
)

PEERS = (
    Contender(
        "pyzmq",
        "Message queues",
        "ramwire.bench.pyzmq",
        "pip install pyzmq",
        crowd_module="ramwire.bench.pyzmq_router",
    ),
    Contender("connection", "Sockets", "ramwire.bench.connection"),
    Contender(
        "redis-py", "Message queues", "ramwire.bench.redis_streams", "pip install redis", program=REDIS
    ),
    Contender("signals", "Signals", "ramwire.bench.signals", is_bare=True),
    Contender(
        "octoprint",
        "Sockets",
        "ramwire.bench.octoprint",
        environment=("OCTOPRINT_URL", "OCTOPRINT_API_KEY"),
        is_bare=True,
    ),
)


@dataclass(frozen=True)
class Chosen:
    wires: Sequence[Contender]
    peers: Sequence[Contender]
    missing: Sequence[str]
    """Of those meant by `all`: why they cannot be measured here, a sentence each."""


def choose(wires: Sequence[str], peers: Sequence[str]) -> Chosen:
    """The contenders of these names, or all that can be measured here. Raises `NotHere` for a name that
    cannot.
    """
    missing: list[str] = []
    return Chosen(_chosen(wires, WIRES, "wire", missing), _chosen(peers, PEERS, "peer", missing), missing)


def _chosen(
    names: Sequence[str], known: Sequence[Contender], kind: str, missing: list[str]
) -> Sequence[Contender]:
    if tuple(names) != ALL:
        chosen = [_named(name, known, kind) for name in names]
        for contender in chosen:
            check(contender)
        return chosen
    found = []
    for contender in known:
        try:
            check(contender)
        except NotHere as error:
            missing.append(str(error))
        else:
            found.append(contender)
    return found


def check(contender: Contender) -> None:
    """Raises `NotHere` where it cannot be measured on this machine, with what to do."""
    if contender.program and not shutil.which(contender.program):
        raise NotHere(f"{contender.name} needs {contender.program}, which is not installed")
    for variable in contender.environment:
        if variable not in os.environ:
            raise NotHere(f"{contender.name} needs {' and '.join(contender.environment)} in the environment")
    try:
        if contender.module == WIRE:
            registry.check_wire(contender.name)
        contender.ends()
    except ImportError as error:
        raise NotHere(f"{contender.name} is not installed ({error}); {contender.hint}") from error
    except Refused as error:
        raise NotHere(str(error)) from error


def _named(name: str, known: Sequence[Contender], kind: str) -> Contender:
    for contender in known:
        if contender.name == name:
            return contender
    raise NotHere(f"no {kind} is called {name}; there is {', '.join(contender.name for contender in known)}")
