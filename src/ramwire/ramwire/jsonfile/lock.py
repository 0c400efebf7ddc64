"""`PATH.lock`, held by the `filelock` package for as long as the shared file is read and written."""

from __future__ import annotations

import os
import random
import stat
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import filelock

from ramwire.errors import Refused

_FIRST_PAUSE_S = 0.00005
_LONGEST_PAUSE_S = 0.02
_MOMENT_S = 0.1
_NEVER = float("inf")


class Held(Exception):
    """Somebody else held the lock until the deadline."""


class Lock:
    """One end's. Its threads take turns; other programs are waited for by trying again, as the package does.

    The pauses begin short, because a lock is held for a fraction of a millisecond, and grow, because a
    program that has stopped with the lock in its hand may hold it for hours. Nobody waits but who has
    something to read or write.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.renew()
        _locks.add(self)

    def renew(self) -> None:
        """In a forked child: the thread that holds it may not be here."""
        self._turn = threading.Lock()
        self._file = filelock.FileLock(self.path, mode=0o600, thread_local=False)
        self._closes_at = _NEVER

    def hurry(self) -> None:
        """The end is being closed: whoever waits for the lock has a moment yet, and then gets `Refused`."""
        self._closes_at = min(self._closes_at, time.monotonic() + _MOMENT_S)

    @contextmanager
    def held(self, deadline: float) -> Iterator[None]:
        """Raises `Held`, or `Refused` where the lock file cannot be used at all."""
        if not self._turn.acquire(timeout=_wait_s(deadline)):
            raise Held
        try:
            self._acquire(deadline)
            try:
                yield
            finally:
                self._file.release()
        finally:
            self._turn.release()

    def _acquire(self, deadline: float) -> None:
        self._check_kind()
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                self._file.acquire(timeout=0)
            except filelock.Timeout:
                now = time.monotonic()
                if now >= self._closes_at:
                    raise Refused("the client was closed in another thread") from None
                left_s = deadline - now
                if left_s <= 0:
                    raise Held from None
            except OSError as error:
                raise Refused(f"{self.path}: the lock file cannot be used: {error}") from error
            else:
                return
            # Not in step with others that wait.
            time.sleep(min(left_s, pause_s * random.uniform(0.5, 1.0)))  # noqa: S311
            pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)

    def _check_kind(self) -> None:
        """Raise `Refused` for what is no file: releases of the package for old Pythons truncate what a link
        means.
        """
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(os.lstat(self.path).st_mode):
                raise Refused(f"{self.path} is not a regular file, so that it cannot be the lock: remove it")


def _wait_s(deadline: float) -> float:
    return min(max(0.0, deadline - time.monotonic()), threading.TIMEOUT_MAX)


_locks: weakref.WeakSet[Lock] = weakref.WeakSet()


def _renew_in_child() -> None:
    for lock in list(_locks):
        lock.renew()


os.register_at_fork(after_in_child=_renew_in_child)
