"""Victims, from a process that forks them (`forking`)."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, NamedTuple

from ramwire.testing.storm import ends

Role = Literal["server", "client"]

START_S = 20.0


class Victim(NamedTuple):
    role: Role
    number: int
    pid: int
    pidfd: int

    def kill(self) -> tuple[int, int]:
        """`kill -9`; the moments before it, and after it was gone, in ns of `time.monotonic_ns`."""
        before_ns = time.monotonic_ns()
        self._end(signal.SIGKILL)
        return before_ns, time.monotonic_ns()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """SIGSTOP, and SIGCONT at the end."""
        self._send(signal.SIGSTOP)
        try:
            yield
        finally:
            self._send(signal.SIGCONT)

    def stop(self) -> None:
        """Let it end by itself."""
        self._end(signal.SIGTERM)

    def _send(self, signum: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it has crashed: its traceback tells
            signal.pidfd_send_signal(self.pidfd, signum)  # never a stranger who has its number now

    def _end(self, signum: signal.Signals) -> None:
        self._send(signum)
        try:
            if not select.select([self.pidfd], [], [], ends.PATIENCE_S + START_S)[0]:
                signal.pidfd_send_signal(self.pidfd, signal.SIGABRT)  # it says where each thread stands
                select.select([self.pidfd], [], [], START_S)
                raise RuntimeError(
                    f"{self.role} {self.number} (pid {self.pid}) does not end by {signum.name}"
                )
        finally:
            os.close(self.pidfd)


class Nursery:
    def __init__(self, address: str, journals: str) -> None:
        self._errors = open(os.path.join(journals, "stderr"), "ab")  # noqa: SIM115 - closed on leaving
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ramwire.testing.storm.forking", address, journals],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            start_new_session=True,
        )
        self._ready: set[int] = set()
        self._pids: dict[int, int] = {}
        self._unread = b""
        self._number = 0

    def spawn(self, role: Role) -> Victim:
        """One more, which may not be ready yet."""
        assert self._process.stdin is not None
        self._number += 1
        self._process.stdin.write(f"{role} {self._number}\n".encode())
        while self._number not in self._pids:
            self._read()
        pid = self._pids.pop(self._number)
        return Victim(role, self._number, pid, os.pidfd_open(pid))

    def until_ready(self, victim: Victim) -> None:
        while victim.number not in self._ready:
            self._read()

    def _read(self) -> None:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], START_S)[0]:
            raise RuntimeError(f"no server or client started within {START_S} s")
        content = os.read(self._process.stdout.fileno(), 4096)
        if not content:
            raise RuntimeError("the nursery has ended")
        *lines, self._unread = (self._unread + content).split(b"\n")
        for line in lines:
            kind, number, *pid = line.split()
            if kind == b"ready":
                self._ready.add(int(number))
            else:
                self._pids[int(number)] = int(pid[0])

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)  # with whatever it has spawned
        with self._process, self._errors:
            pass
