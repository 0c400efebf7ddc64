"""A Redis for one bench: `python -m ramwire.bench.redis_server PORT DIRECTORY` runs it until its standard
input ends, so that it dies with the bench, however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ramwire.bench.errors import Failed
from ramwire.command import ending
from ramwire.testing.addresses import free_port

START_S = 10.0
_TICK_S = 0.005


@contextmanager
def running(directory: str) -> Iterator[int]:
    """Its port on the loopback. It keeps nothing."""
    port = free_port()
    with ending.held():
        guard = subprocess.Popen(
            [sys.executable, "-m", __name__, str(port), directory],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the bench, which ends it when all others have ended
        )
    try:
        _wait_for(_socket(directory), guard)
        yield port
    finally:
        with ending.held(), guard:
            pass  # its input is closed, and it ends


def _socket(directory: str) -> str:
    return os.path.join(directory, "redis")


def _wait_for(socket: str, guard: subprocess.Popen[bytes]) -> None:
    """Redis makes its socket once it listens on its port, too."""
    end = time.monotonic() + START_S
    while not os.path.exists(socket):
        if guard.poll() is not None or time.monotonic() > end:
            raise Failed("redis-server did not start")
        time.sleep(_TICK_S)


def main() -> None:
    port, directory = sys.argv[1:]
    options = ("--save", "", "--appendonly", "no", "--dir", directory)
    log = os.path.join(directory, "redis.log")
    command = ("redis-server", "--bind", "127.0.0.1", "--port", port, "--unixsocket", _socket(directory))
    with subprocess.Popen((*command, *options, "--logfile", log), stdin=subprocess.DEVNULL) as server:
        os.read(0, 1)
        server.kill()


if __name__ == "__main__":
    main()
