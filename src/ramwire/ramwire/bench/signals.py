"""A bare signal there and another back: SIGUSR1 and SIGUSR2, which carry nothing."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Mapping
from typing import Callable

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.ground import Ground


def address(name: str, ground: Ground) -> str:
    return f"{ground.directory()}/{name}"


class Woken:
    """Readable when a signal has come, whichever thread of this process the kernel gave it to."""

    def __init__(self, signum: signal.Signals) -> None:
        self.descriptor, self._write = os.pipe()
        for end in (self.descriptor, self._write):
            os.set_blocking(end, False)
        self._signum = signum
        self._handler = signal.signal(signum, lambda *_: None)
        self._before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def take(self) -> None:
        os.read(self.descriptor, 1)

    def close(self) -> None:
        signal.set_wakeup_fd(self._before)
        signal.signal(self._signum, self._handler)
        os.close(self.descriptor)
        os.close(self._write)


def serve(address: str, ready: Callable[[], None]) -> None:
    woken, client = Woken(signal.SIGUSR1), os.getppid()
    with open(address, "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    ready()
    while True:
        select.select([woken.descriptor], [], [])
        woken.take()
        os.kill(client, signal.SIGUSR2)


class SignalsCaller:
    def __init__(self, address: str) -> None:
        with open(address, encoding="ascii") as file:
            self._server = int(file.read())
        self._woken = Woken(signal.SIGUSR2)
        self._poll = select.poll()
        self._poll.register(self._woken.descriptor, select.POLLIN)
        self.close = self._woken.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        """Nothing comes back but the signal."""
        del verb, arguments
        os.kill(self._server, signal.SIGUSR1)
        if not self._poll.poll(PATIENCE_S * 1000):
            raise TimeoutError(f"no signal in {PATIENCE_S} s")
        self._woken.take()
        return None


def connect(address: str) -> SignalsCaller:
    return SignalsCaller(address)
