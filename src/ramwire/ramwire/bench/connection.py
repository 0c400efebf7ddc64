"""multiprocessing.connection over a Unix socket, as the article uses it."""

from __future__ import annotations

from collections.abc import Mapping
from multiprocessing.connection import Client, Connection, Listener
from typing import Callable

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.ground import Ground
from ramwire.bench.workload import VERBS

AUTHKEY = b"both ends are this program"


def address(name: str, ground: Ground) -> str:
    return f"{ground.directory()}/{name}"


def serve(address: str, ready: Callable[[], None]) -> None:
    with Listener(address, authkey=AUTHKEY) as listener:
        ready()
        while True:
            with listener.accept() as connection:
                _answer(connection)


def _answer(connection: Connection) -> None:
    while True:
        try:
            verb, arguments = connection.recv()
        except EOFError:
            return
        connection.send(VERBS[verb](**arguments))


class ConnectionCaller:
    def __init__(self, address: str) -> None:
        self._connection = Client(address, authkey=AUTHKEY)
        self.close = self._connection.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        self._connection.send((verb, arguments))
        if not self._connection.poll(PATIENCE_S):
            raise TimeoutError(f"no answer in {PATIENCE_S} s")
        return self._connection.recv()


def connect(address: str) -> ConnectionCaller:
    return ConnectionCaller(address)
