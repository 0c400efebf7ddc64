"""pyzmq for many clients: DEALER and ROUTER over ipc://, each message pickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Callable

import zmq

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.pyzmq import address
from ramwire.bench.workload import VERBS

__all__ = ["address", "connect", "serve"]


def serve(address: str, ready: Callable[[], None]) -> None:
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.bind(address)
    ready()
    while True:
        client, request = socket.recv_multipart()
        verb, arguments = pickle.loads(request)  # noqa: S301 - our own other end
        socket.send_multipart((client, pickle.dumps(VERBS[verb](**arguments))))


class DealerCaller:
    def __init__(self, address: str) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.RCVTIMEO, int(PATIENCE_S * 1000))
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(address)

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        self._socket.send(pickle.dumps((verb, arguments)))
        return pickle.loads(self._socket.recv())  # noqa: S301 - our own other end

    def close(self) -> None:
        self._context.destroy()


def connect(address: str) -> DealerCaller:
    return DealerCaller(address)
