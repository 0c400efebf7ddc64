"""Many clients at once, each a process of its own: `python -m ramwire.bench.crowd MODULE ADDRESS CPUS`.

It says how many calls were answered for each number of seconds that it reads from its standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Collection
from importlib import import_module
from typing import IO, cast

from ramwire.bench.contenders import Ends
from ramwire.bench.errors import Failed
from ramwire.bench.serving import live_with_the_bench
from ramwire.bench.workload import ANSWER, ARGUMENTS
from ramwire.command import ending

CLIENTS = 8

FAILED = b"\xff" * 8
ORDER_BYTES = 20


class Crowd:
    """`CLIENTS` clients of a contender's server, connected when it is made; ended on leaving."""

    def __init__(self, module: str, address: str, cpus: Collection[int]) -> None:
        command = (sys.executable, "-m", __name__, module, address, ",".join(map(str, sorted(cpus))))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )

    def ready(self) -> Crowd:
        self._answer()
        return self

    def calls_per_s(self, seconds: float) -> float:
        """Of all together, in so many seconds from now."""
        cast("IO[bytes]", self._process.stdin).write(f"{seconds}\n".encode())
        return int(self._answer()) / seconds

    def _answer(self) -> bytes:
        line = cast("IO[bytes]", self._process.stdout).readline()
        if not line:
            raise Failed(f"a client of {self._process.args!r} has failed")
        return line

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        with ending.held(), self._process:
            self._process.kill()  # its clients see the end of their input


def main() -> None:
    module, address, cpus = sys.argv[1:]
    live_with_the_bench(cpus)
    ends = cast("Ends", import_module(module))
    done, tell = os.pipe()
    inputs: list[int] = []
    for _ in range(CLIENTS):
        read, write = os.pipe()
        if os.fork() == 0:
            for descriptor in (write, done, *inputs):
                os.close(descriptor)
            try:
                _ask(ends, address, read, tell)
            except BaseException:  # noqa: BLE001 - whatever it was, the bench ends with it
                traceback.print_exc()
                os.write(tell, FAILED)
            os._exit(0)
        os.close(read)
        inputs.append(write)
    os.close(tell)
    _gather(done)
    _say(b"ready\n")
    for line in sys.stdin.buffer:
        moment = time.monotonic() + float(line)
        for descriptor in inputs:
            os.write(descriptor, f"{moment:.6f}".rjust(ORDER_BYTES).encode())
        _say(b"%d\n" % _gather(done))


def _gather(done: int) -> int:
    """The sum of what each client tells, in records of eight bytes."""
    total = 0
    for _ in range(CLIENTS):
        record = os.read(done, len(FAILED))
        if record == FAILED:
            sys.exit(1)
        total += int.from_bytes(record, "big")
    return total


def _ask(ends: Ends, address: str, orders: int, tell: int) -> None:
    caller = ends.connect(address)
    if caller.call("get", ARGUMENTS) != ANSWER:
        raise Failed("a wrong answer was measured")
    calls = 0
    while True:
        os.write(tell, calls.to_bytes(len(FAILED), "big"))
        order = os.read(orders, ORDER_BYTES)
        if not order:
            return
        end, calls = float(order), 0
        while time.monotonic() < end:
            caller.call("get", ARGUMENTS)
            calls += 1


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
