"""pyzmq for many clients: DEALER and ROUTER over ipc://, each message pickled."""

from __future__ import annotations

import pickle
from typing import Callable

import zmq

from ramwire.bench.pyzmq import PyzmqCaller, address
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


def connect(address: str) -> PyzmqCaller:
    return PyzmqCaller(address, zmq.DEALER)
