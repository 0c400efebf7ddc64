"""A farm of so many printers in a few processes, and what it costs to have it there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil
import ramwire.redis
import redis as redis_py
from ramwire.testing.process import until

_START_S = 300.0


@dataclass(frozen=True)
class Cost:
    """What Redis and the printers need, while nobody calls."""

    connections: int
    redis_bytes: int
    """What it has given out, by its own count."""
    redis_resident_bytes: int
    redis_cpu_percent: float
    printer_bytes: float
    """Of memory of its own, for each printer."""
    printer_threads: float
    printer_wake_ups_per_s: float


class Farm:
    """Started on entering, when all printers are listed."""

    def __init__(self, port: int, printers: int, processes: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self.printers = printers
        self.start_s = 0.0
        self._redis = redis_py.Redis(port=port, protocol=2, decode_responses=True)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._shares = [len(range(first, printers, processes)) for first in range(min(processes, printers))]

    def __enter__(self) -> Farm:
        begun = time.monotonic()
        first = 0
        for share in self._shares:
            command = [sys.executable, "-m", "tools.farm_scale.printers", f"{self.url}?service={{service}}"]
            self._processes.append(
                subprocess.Popen(
                    [*command, str(first), str(share)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            first += share
        for process in self._processes:
            assert process.stdout is not None  # noqa: S101
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError("the printers did not start; what they said stands above")
        until(lambda: len(ramwire.redis.services(self.url, timeout=10.0)) == self.printers, _START_S)
        self.start_s = time.monotonic() - begun
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.communicate()
        self._redis.close()

    def cost(self, watched_s: float) -> Cost:
        """As it is now; what goes on at rest is watched for so long."""
        wake_ups, begun, cpu_s = self._wake_ups(), time.monotonic(), self._redis_cpu_s()
        time.sleep(watched_s)
        passed_s = time.monotonic() - begun
        # Its own question is one command, and its connection one of those counted.
        cpu_percent = 100 * (self._redis_cpu_s() - cpu_s) / passed_s
        told = self._info("memory")
        pids = [process.pid for process in self._processes]
        own_bytes = sum(psutil.Process(pid).memory_full_info().uss for pid in pids)
        threads = sum(psutil.Process(pid).num_threads() for pid in pids)
        return Cost(
            connections=int(self._info("clients")["connected_clients"]) - 1,
            redis_bytes=int(told["used_memory"]),
            redis_resident_bytes=int(told["used_memory_rss"]),
            redis_cpu_percent=cpu_percent,
            printer_bytes=own_bytes / self.printers,
            printer_threads=threads / self.printers,
            printer_wake_ups_per_s=(self._wake_ups() - wake_ups) / passed_s / self.printers,
        )

    def _info(self, section: str) -> dict[str, str]:
        told: dict[str, str] = self._redis.info(section)
        return told

    def _redis_cpu_s(self) -> float:
        cpu = self._info("cpu")
        return float(cpu["used_cpu_sys"]) + float(cpu["used_cpu_user"])

    def _wake_ups(self) -> int:
        """Of all threads of the printers."""
        total = 0
        for process in self._processes:
            for task in os.listdir(f"/proc/{process.pid}/task"):
                with open(
                    f"/proc/{process.pid}/task/{task}/status", encoding="ascii", errors="replace"
                ) as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith("voluntary"))
        return total
