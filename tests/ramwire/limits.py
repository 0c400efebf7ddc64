"""Processes that have used up what they may have."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_more_descriptors(pid: int) -> Iterator[None]:
    """That process may open nothing more."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    # The kernel gives the least free number: that one has to be beyond the limit.
    used = {int(number) for number in os.listdir(f"/proc/{pid}/fd")}
    least_free = min(set(range(len(used) + 1)) - used)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (least_free, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
