"""A server in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from types import TracebackType


class ServiceProcess:
    """Runs `ramwire.testing.service` at an address; when made, it takes requests."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ramwire.testing.service", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.kill()
            raise RuntimeError(f"the service at {url} did not start: exit code {self._process.returncode}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def pause(self) -> None:
        """SIGSTOP, and wait until every thread of it stands still (Linux)."""
        self.send(signal.SIGSTOP)
        until(lambda: all(state == "T" for state in thread_states(self.pid)))

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        """Let it end by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._end()

    def _end(self) -> None:
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> ServiceProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self.kill()


def thread_states(pid: int) -> list[str]:
    """One letter a thread, as ps prints it (Linux)."""
    states = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/stat", encoding="ascii", errors="replace") as stat:
            states.append(stat.read().rpartition(")")[2].split()[0])
    return states


def until(condition: Callable[[], object], deadline_s: float = 10.0) -> None:
    """Wait for a condition; AssertionError when it does not come."""
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def idle_wake_ups(pid: int, watched_s: float = 2.0) -> int | None:
    """How often the threads of a process wake up while it is left alone (Linux).

    What follows its last work has half a second to settle. Where the machine's mounts change meanwhile, of
    which a wire may want to know, it is watched once more; None where they never rest.
    """
    time.sleep(0.5)
    for _ in range(5):
        with open("/proc/self/mountinfo", "rb") as mounts:
            changes = select.poll()
            changes.register(mounts, select.POLLPRI)
            before = _sleeps(pid)
            time.sleep(watched_s)
            woken = _sleeps(pid) - before
            if not woken or not changes.poll(0):
                return woken
    return None


def _sleeps(pid: int) -> int:
    """How often the threads have gone to sleep of themselves: each wake-up ends so."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii", errors="replace") as status:
            total += sum(int(line.split()[1]) for line in status if line.startswith("voluntary"))
    return total
