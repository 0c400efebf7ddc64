"""Ending by a signal: a request on its way is withdrawn first, and the shell still sees the signal."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Optional

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asked this process to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class _Held:
    """Where the stack may not be unwound just now: how deep, and which signal came meanwhile."""

    depth = 0
    signum = 0


@contextmanager
def held() -> Iterator[None]:
    """A signal that comes meanwhile unwinds the stack on leaving: for what is made and noted in two steps."""
    _Held.depth += 1
    try:
        yield
    finally:
        _Held.depth -= 1
    if _Held.signum and not _Held.depth:
        signum, _Held.signum = _Held.signum, 0
        raise Ended(signum)


def _raise(signum: int, _frame: Optional[FrameType]) -> None:
    if _Held.depth:
        _Held.signum = signum
    else:
        raise Ended(signum)


def raise_on_signals() -> None:
    """From now on a signal that ends unwinds the stack, so that a call in progress withdraws its request."""
    _handle(_raise)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """From now on a signal that ends calls `stop` instead, in a thread of its own.

    A handler of Python's runs in the main thread, which sleeps in the kernel: a signal that comes right
    before it goes to sleep would not be heard.
    """
    heard, trip = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(trip, False)

    def listen() -> None:
        while not set(os.read(heard, 64)) & set(ENDING):
            pass
        stop()

    _handle(lambda _signum, _frame: None)
    signal.set_wakeup_fd(trip)
    threading.Thread(target=listen, name="ramwire-ending", daemon=True).start()


def _handle(handler: Callable[[int, Optional[FrameType]], None]) -> None:
    for signum in ENDING:
        # A shell starts background jobs with SIGINT ignored, nohup ignores SIGHUP: they mean it.
        if signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, handler)


def die_of(signum: int) -> None:
    """End as the signal's default action does, so that a shell's loop or a unit sees why."""
    signal.signal(signum, signal.SIG_DFL)
    os.kill(os.getpid(), signum)
