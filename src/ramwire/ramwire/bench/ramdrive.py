"""The RAM drive's wire, as anybody would use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable

from ramwire import Client, Server
from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.workload import VERBS


def _url(directory: str) -> str:
    return f"ramdrive:{directory}/bench"


def serve(directory: str, ready: Callable[[], None]) -> None:
    server = Server(_url(directory), verbs=VERBS)
    server.start()
    ready()
    server.wait()


class RamdriveCaller:
    def __init__(self, directory: str) -> None:
        self._client = Client(_url(directory), timeout=PATIENCE_S)
        self.close = self._client.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        return self._client.call(verb, timeout=None, **arguments)


def connect(directory: str) -> RamdriveCaller:
    return RamdriveCaller(directory)
