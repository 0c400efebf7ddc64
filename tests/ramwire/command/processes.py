"""Real processes: the command run to its end, and servers that run beside a test."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

SERVICES = str(Path(__file__).parent / "services")
"""Modules that `ramwire serve` can be pointed at from there."""

COMMAND = (sys.executable, "-m", "ramwire")

DEADLINE_S = 20.0
"""For what takes milliseconds, on a machine that has other things to do."""

_TICK_S = 0.005


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str


def run(
    *arguments: str, stdin: bytes = b"", cwd: Optional[str] = None, deadline_s: float = DEADLINE_S
) -> Finished:
    """`ramwire ARGUMENTS`, to its end."""
    return run_program((*COMMAND, *arguments), stdin=stdin, cwd=cwd, deadline_s=deadline_s)


def run_program(
    command: Sequence[str], stdin: bytes = b"", cwd: Optional[str] = None, deadline_s: float = DEADLINE_S
) -> Finished:
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, timeout=deadline_s, check=False)
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def serving(*arguments: str, cwd: Optional[str] = None) -> Iterator[subprocess.Popen[bytes]]:
    """A server started by the command, once it says that it serves."""
    with started((*COMMAND, *arguments), cwd=cwd) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert b"serving" in first, f"the server did not start: {first!r}"
        yield process


@contextmanager
def started(
    command: Sequence[str], cwd: Optional[str] = None, stderr: Optional[int] = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with the test, politely first."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=cwd,
        stderr=stderr,
    )
    with process:
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> int:
    """Its exit code; killed if it does not end by itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return process.wait()


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fails with `what` was waited for."""
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        pause.wait(_TICK_S)
