"""One thread at a time, up to a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ramwire.sessions.contract import Expired


@contextmanager
def turn(lock: threading.Lock, deadline: float) -> Iterator[None]:
    """Raises `Expired`. Nobody waits long once an end is closed: each that has the lock then ends at once."""
    left_s = deadline - time.monotonic()
    if not lock.acquire(timeout=-1 if left_s > threading.TIMEOUT_MAX else max(0.0, left_s)):
        raise Expired
    try:
        yield
    finally:
        lock.release()
