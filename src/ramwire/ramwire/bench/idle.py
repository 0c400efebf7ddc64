"""Wake-ups at rest, as the kernel counts them: the context switches of every thread that an end has."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Iterable

SETTLE_S = 0.5

_switches = re.compile(r"^(?:non)?voluntary_ctxt_switches:\s+(\d+)$", re.MULTILINE)


def threads(pid: int) -> frozenset[int]:
    """The ids of a process's threads."""
    return frozenset(int(thread) for thread in os.listdir(f"/proc/{pid}/task"))


def context_switches(pid: int, of: Iterable[int]) -> int:
    """How often these threads left a CPU since they began; one that has ended counts nothing."""
    total = 0
    for thread in of:
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii", errors="replace") as status:
                total += sum(map(int, _switches.findall(status.read())))
        except FileNotFoundError:
            continue
    return total


class Resting:
    """Counts from when it is made."""

    def __init__(self, server: int, client_threads: frozenset[int]) -> None:
        """`client_threads` are those that this process has for the client alone."""
        self._server = server
        self._client_threads = client_threads
        self._before = self._count()

    def again(self) -> Resting:
        """The same, counting from now."""
        return Resting(self._server, self._client_threads)

    def wake_ups(self) -> int:
        """Of both ends together."""
        return self._count() - self._before

    def _count(self) -> int:
        of_server = context_switches(self._server, threads(self._server))
        return of_server + context_switches(os.getpid(), self._client_threads)


def rest(seconds: float) -> bool:
    """True if nothing was mounted meanwhile: that wakes whoever waits for a drive, and is no rest."""
    with open("/proc/self/mountinfo", "rb") as mounts:
        changed = select.poll()
        changed.register(mounts, select.POLLPRI)
        time.sleep(seconds)
        return not changed.poll(0)
