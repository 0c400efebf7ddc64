"""Beside the main thread, which the signals are for: notices what they alone would let slip.

A server that is killed cannot signal: the guard then does, in this process. And a signal that comes right
before the main thread goes to sleep in the kernel is handled only when that wakes up: the guard then insists.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterable
from contextlib import suppress

from ramwire.presence.place import Place

_EXPECTED = b"+"
_MAYBE = b"?"
_STOP = b"!"

_MOMENT_S = 0.01
"""In which an awake main thread handles a signal."""


class Guard:
    """A thread that sleeps in the kernel.

    It is woken through a pipe: a signal's handler may not wait for a lock, as starting a thread there would.
    """

    def __init__(self, place: Place, down: signal.Signals, handled: Iterable[signal.Signals]) -> None:
        """`down` is sent when the server dies. `handled` are the signals that the main thread handles."""
        self._place = place
        self._down = down
        self._handled = set(handled)
        self._main = threading.main_thread().ident or 0
        self._woken = self._wake = self._tripped = self._trip = -1
        self._other_trip = -1

    def start(self) -> None:
        """In the main thread. Raises OSError or RuntimeError where no descriptor or thread is left."""
        self._woken, self._wake = os.pipe()
        self._tripped, self._trip = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="ramwire-presence", daemon=True)
        # A thread inherits what is blocked. Were a signal to reach this one, the main thread would sleep on.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, self._handled)
        try:
            self._thread.start()
        except RuntimeError:
            self._close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._other_trip = signal.set_wakeup_fd(self._trip, warn_on_full_buffer=False)
        if self._other_trip >= 0:
            signal.set_wakeup_fd(self._other_trip)  # an event loop's, which sees to it itself

    def look(self, for_server: bool) -> None:
        """Look for a server of ours; where it is believed to be there and is not, it has died since.

        Before `start` and after `stop` nobody looks.
        """
        if self._wake >= 0:
            os.write(self._wake, _EXPECTED if for_server else _MAYBE)

    def noticed(self) -> bytes:
        """To be called by the handlers: whatever has come is being handled. Gives the signals' numbers."""
        if self._tripped >= 0:
            with suppress(BlockingIOError):
                return os.read(self._tripped, 4096)
        return b""

    def stop(self) -> None:
        """In the main thread; when it returns, no signal comes from here."""
        if self._other_trip < 0:
            last = signal.set_wakeup_fd(-1)
            if last not in (-1, self._trip):
                signal.set_wakeup_fd(last)
        os.write(self._wake, _STOP)
        self._thread.join()
        self._close()

    def _close(self) -> None:
        fds = self._woken, self._wake, self._tripped, self._trip
        self._woken = self._wake = self._tripped = self._trip = -1
        for fd in fds:
            os.close(fd)

    def _run(self) -> None:
        heard: int | None = None
        poller = select.poll()
        poller.register(self._woken, select.POLLIN)
        poller.register(self._tripped, select.POLLIN)
        while True:
            events = dict(poller.poll())
            if heard is not None and heard in events:
                poller.unregister(heard)
                os.close(heard)
                heard = None
                signal.pthread_kill(self._main, self._down)
            if self._woken in events:
                asked = os.read(self._woken, 4096)
                if _STOP in asked:
                    break
                if heard is None:
                    heard = self._place.hear()
                    if heard is not None:
                        poller.register(heard, 0)
                    elif asked.endswith(_EXPECTED):
                        signal.pthread_kill(self._main, self._down)
            if self._tripped in events:
                self._insist()
        if heard is not None:
            os.close(heard)

    def _insist(self) -> None:
        stopped = select.poll()
        stopped.register(self._woken, select.POLLIN)
        stopped.poll(_MOMENT_S * 1000)
        for number in self._handled.intersection(self.noticed()):
            signal.pthread_kill(self._main, number)
