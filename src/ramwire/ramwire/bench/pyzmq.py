"""pyzmq: REQ and REP over ipc://, each message pickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Callable

import zmq

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.ground import Ground
from ramwire.bench.workload import VERBS


def address(name: str, ground: Ground) -> str:
    return f"ipc://{ground.directory()}/{name}"


def serve(address: str, ready: Callable[[], None]) -> None:
    socket = zmq.Context().socket(zmq.REP)
    socket.bind(address)
    ready()
    while True:
        verb, arguments = pickle.loads(socket.recv())  # noqa: S301 - our own other end
        socket.send(pickle.dumps(VERBS[verb](**arguments)))


class PyzmqCaller:
    def __init__(self, address: str, kind: int = zmq.REQ) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(kind)
        self._socket.setsockopt(zmq.RCVTIMEO, int(PATIENCE_S * 1000))
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(address)

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        self._socket.send(pickle.dumps((verb, arguments)))
        return pickle.loads(self._socket.recv())  # noqa: S301 - our own other end

    def close(self) -> None:
        self._context.destroy()


def connect(address: str) -> PyzmqCaller:
    return PyzmqCaller(address)
