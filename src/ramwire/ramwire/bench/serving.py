"""A contender's server as a process of its own, that dies with the bench."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection
from importlib import import_module
from typing import cast

from ramwire.bench.contenders import Ends
from ramwire.bench.errors import Failed
from ramwire.command import ending

READY = b"ready\n"


class ServerProcess:
    """Started when made; `ready` waits until it takes requests. Killed on leaving."""

    def __init__(self, module: str, address: str, cpus: Collection[int]) -> None:
        """`module` is a contender's."""
        self._command = (
            *(sys.executable, "-m", __name__, module, address),
            ",".join(map(str, sorted(cpus))),
        )
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ready(self) -> ServerProcess:
        out = self._process.stdout
        if out is None or out.readline() != READY:
            raise Failed(f"{' '.join(self._command)} did not start")
        return self

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """By SIGKILL, as a crash would. May be called twice."""
        with ending.held(), self._process:
            self._process.kill()


def _end_with_the_bench() -> None:
    os.read(0, 1)
    os._exit(0)


def _say_ready() -> None:
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()


def live_with_the_bench(cpus: str) -> None:
    """What every process of the bench does first."""
    # Ctrl-C goes to every process of the terminal; these end when the bench does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})


def main() -> None:
    module, address, cpus = sys.argv[1:]
    live_with_the_bench(cpus)
    threading.Thread(target=_end_with_the_bench, daemon=True).start()
    try:
        cast("Ends", import_module(module)).serve(address, _say_ready)
    except OSError as error:  # as where a killed server's socket still lies there
        sys.exit(f"{module}: {error}")


if __name__ == "__main__":
    main()
