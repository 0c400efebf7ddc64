"""Any wire, as anybody would use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable

from ramwire import Client, Server
from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.ground import Ground
from ramwire.bench.workload import VERBS
from ramwire.testing import addresses


def address(name: str, ground: Ground) -> str:
    if name == "redis":
        return f"redis://127.0.0.1:{ground.redis_port}/0?service={ground.name()}"
    return addresses.fresh(name, ground.directory())


def serve(address: str, ready: Callable[[], None]) -> None:
    server = Server(address, verbs=VERBS)
    server.start()
    ready()
    server.wait()


class WireCaller:
    def __init__(self, address: str) -> None:
        self._client = Client(address, timeout=PATIENCE_S)
        self.close = self._client.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        return self._client.call(verb, timeout=None, **arguments)


def connect(address: str) -> WireCaller:
    return WireCaller(address)
