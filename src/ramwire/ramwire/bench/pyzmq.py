"""pyzmq: REQ and REP over ipc://, each message pickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Callable

import zmq

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.workload import VERBS


def _url(directory: str) -> str:
    return f"ipc://{directory}/zmq"


def serve(directory: str, ready: Callable[[], None]) -> None:
    socket = zmq.Context().socket(zmq.REP)
    socket.bind(_url(directory))
    ready()
    while True:
        verb, arguments = pickle.loads(socket.recv())  # noqa: S301 - our own other end
        socket.send(pickle.dumps(VERBS[verb](**arguments)))


class PyzmqCaller:
    def __init__(self, directory: str) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.REQ)
        self._socket.setsockopt(zmq.RCVTIMEO, int(PATIENCE_S * 1000))
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(_url(directory))

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        self._socket.send(pickle.dumps((verb, arguments)))
        return pickle.loads(self._socket.recv())  # noqa: S301 - our own other end

    def close(self) -> None:
        self._context.destroy()


def connect(directory: str) -> PyzmqCaller:
    return PyzmqCaller(directory)
