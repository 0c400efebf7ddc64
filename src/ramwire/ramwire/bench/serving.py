"""A contender's server as a process of its own, that dies with the bench."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection

from ramwire.bench import contenders

READY = b"ready\n"


class ServerProcess:
    """Started on entering, when it takes requests; killed on leaving."""

    def __init__(self, contender: contenders.Contender, directory: str, cpus: Collection[int]) -> None:
        self._command = [
            *(sys.executable, "-m", __name__, contender.name, directory),
            ",".join(map(str, sorted(cpus))),
        ]
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> ServerProcess:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        out = self._process.stdout
        if out is None or out.readline() != READY:
            self.kill()
            raise RuntimeError(f"{' '.join(self._command)} did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """By SIGKILL, as a crash would. May be called twice."""
        with self._process:
            self._process.kill()


def _end_with_the_bench() -> None:
    os.read(0, 1)
    os._exit(0)


def _say_ready() -> None:
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()


def main() -> None:
    name, directory, cpus = sys.argv[1:]
    # Ctrl-C goes to every process of the terminal; this one ends when the bench does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    threading.Thread(target=_end_with_the_bench, daemon=True).start()
    try:
        contenders.of_name(name).serve()(directory, _say_ready)
    except OSError as error:  # as where a killed server's socket still lies there
        sys.exit(f"{name}: {error}")


if __name__ == "__main__":
    main()
