"""Ending a wait for a pipe from another thread of the process that reads it."""

from __future__ import annotations

import os
from contextlib import suppress

from ramwire.shared_memory.bells import INTERRUPT


def write_into(pipe: int, spare: int) -> None:
    """Write `INTERRUPT` into a pipe of which one has the reading end alone.

    `spare` is a descriptor that nobody uses, closed so that there is one free to do it with.
    """
    if spare >= 0:
        os.close(spare)
    with suppress(OSError):  # full: then nobody waits for it
        bell = os.open(f"/proc/self/fd/{pipe}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(bell, INTERRUPT)
        finally:
            os.close(bell)
