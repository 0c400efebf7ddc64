"""redis-py: requests and replies by XADD and XREAD on two streams, each message pickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Callable, cast

import redis

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.ground import Ground
from ramwire.bench.workload import VERBS

_MOST_KEPT = 1000
_FIELD = b"message"

_Arrived = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]


def address(name: str, ground: Ground) -> str:
    return f"redis://127.0.0.1:{ground.redis_port}/0?client_name={name}-{ground.name()}"


class _Pair:
    """Two streams, and what has been read of the one that this end reads."""

    def __init__(self, address: str, wait_s: float) -> None:
        self._redis = redis.Redis.from_url(
            address, socket_timeout=None, protocol=2
        )  # whose shapes do not depend on its version
        self._wait_ms = int(wait_s * 1000)
        name = address.rpartition("=")[2]
        self.requests, self.replies = f"{name}:requests", f"{name}:replies"
        self._seen = b"0-0"

    def send(self, stream: str, message: object) -> None:
        self._redis.xadd(stream, {_FIELD: pickle.dumps(message)}, maxlen=_MOST_KEPT)

    def receive(self, stream: str) -> object:
        arrived = self._redis.xread({stream: self._seen}, count=1, block=self._wait_ms)
        if not arrived:
            raise TimeoutError(stream)
        ((_, ((self._seen, fields),)),) = cast("_Arrived", arrived)
        return cast("object", pickle.loads(fields[_FIELD]))  # noqa: S301 - our own other end

    def close(self) -> None:
        self._redis.close()


def serve(address: str, ready: Callable[[], None]) -> None:
    pair = _Pair(address, 0)
    ready()
    while True:
        verb, arguments = cast("tuple[str, Mapping[str, object]]", pair.receive(pair.requests))
        pair.send(pair.replies, VERBS[verb](**arguments))


class RedisCaller:
    def __init__(self, address: str) -> None:
        self._pair = _Pair(address, PATIENCE_S)
        self.close = self._pair.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        self._pair.send(self._pair.requests, (verb, arguments))
        return self._pair.receive(self._pair.replies)


def connect(address: str) -> RedisCaller:
    return RedisCaller(address)
