"""A process as the kernel describes it: who it is, since when, and which signals it handles."""

from __future__ import annotations

import os
import signal
import time
from typing import NamedTuple

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Process(NamedTuple):
    """`started_ticks` is field 22 of `/proc/PID/stat`: with the pid it names one process since the boot."""

    pid: int
    uid: int
    started_ticks: int
    handled: int
    """A bit for each signal that has a handler, the lowest for signal 1."""

    def handles(self, number: signal.Signals) -> bool:
        return bool(self.handled >> (number - 1) & 1)

    def started_s(self) -> float:
        """When it was started, by the clock as it is set now."""
        since_s = time.clock_gettime(time.CLOCK_BOOTTIME) - self.started_ticks / _TICKS_PER_S
        return time.time() - since_s


def read(pid: int) -> Process | None:
    """None where no process has this number, or it is dead and not waited for."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()  # its name may have spaces and brackets
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            status = dict(line.split(":", 1) for line in file if ":" in line)
    except OSError:
        return None
    # A thread's number, which the kernel takes for the whole process that it belongs to.
    if fields[0] in "ZX" or int(status["Tgid"]) != pid:
        return None
    return Process(pid, int(status["Uid"].split()[0]), int(fields[19]), int(status["SigCgt"], 16))


def boot() -> str:
    """The kernel's name for this boot: ticks are counted from there."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()
