"""Where contenders meet: a directory of the bench's own, and a Redis beside it for those that need one."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ramwire.bench.errors import Failed
from ramwire.command import ending
from ramwire.testing.addresses import free_port

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - for its file system

START_S = 10.0
_TICK_S = 0.005


@dataclass(frozen=True)
class Ground:
    root: str
    redis_port: int = 0
    """Of a server on the loopback that keeps nothing; 0 where nobody needs it."""

    def directory(self) -> str:
        """A new one, 0700."""
        return tempfile.mkdtemp(dir=self.root)

    def name(self) -> str:
        """Of letters and digits, for what lies in no directory; a new one each time."""
        return f"bench{secrets.token_hex(4)}"


@contextmanager
def ground(needs_redis: bool) -> Iterator[Ground]:
    """On a tmpfs where there is one: the RAM drive is one. Removed on leaving."""
    with ending.held():  # a signal between the making and the try would leave it there
        root = tempfile.mkdtemp(
            prefix=f"ramwire-bench-{os.getpid()}-",
            dir=SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else None,
        )
    try:
        if needs_redis:
            with _redis(root) as port:
                yield Ground(root, port)
        else:
            yield Ground(root)
    finally:
        with ending.held():
            shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _redis(root: str) -> Iterator[int]:
    port = free_port()
    socket = os.path.join(root, "redis")
    options = (
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        root,
        "--logfile",
        os.path.join(root, "redis.log"),
    )
    with ending.held():
        server = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--unixsocket", socket, *options],
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the bench, which ends it when all others have ended
        )
    with server:
        try:
            _wait_for(socket, server)
            yield port
        finally:
            server.kill()


def _wait_for(socket: str, server: subprocess.Popen[bytes]) -> None:
    """Redis makes its socket once it listens on its port, too."""
    end = time.monotonic() + START_S
    while not os.path.exists(socket):
        if server.poll() is not None or time.monotonic() > end:
            raise Failed("redis-server did not start")
        time.sleep(_TICK_S)
