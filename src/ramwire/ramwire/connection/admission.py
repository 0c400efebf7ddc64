"""Accepting connections, also where no descriptor is left for one more."""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress

from ramwire.journal import Journal
from ramwire.sessions.contract import Closed

log = Journal(__name__)

_TRY_AGAIN_S = 1.0


class Admission:
    """What a listener waits for: the descriptors that it names, and `interrupt`."""

    def __init__(self) -> None:
        self._stop_out, self._stop_in = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        # Given up to accept, and turn away, a client for whom no descriptor is left: it would wait for its
        # timeout.
        self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        self._scarce = False
        self._lock = threading.RLock()  # a signal's handler may interrupt in the midst of `close`
        self._poll = select.poll()
        self._poll.register(self._stop_out, select.POLLIN)

    def wait_for(self, fd: int) -> None:
        """From now on, until it is readable."""
        self._poll.register(fd, select.POLLIN)

    def wait_no_more_for(self, fd: int) -> None:
        with suppress(KeyError):
            self._poll.unregister(fd)

    def wait(self, most_s: float | None = None) -> set[int]:
        """The descriptors that are ready; none after `most_s`. Raises `Closed` after `interrupt`."""
        ready = {fd for fd, _ in self._poll.poll(None if most_s is None else most_s * 1000)}
        if self._stop_out in ready:
            raise Closed
        return ready

    def accept(self, listening: socket.socket) -> socket.socket | None:
        """A client's connection; None where it has gone, or had to be turned away."""
        try:
            connected = listening.accept()[0]
        except (BlockingIOError, ConnectionAbortedError):
            return None
        except OSError as error:  # no descriptor is left, or no memory; or the network is down
            self._turn_away(listening, error)
            return None
        self._scarce = False
        return connected

    def _turn_away(self, listening: socket.socket, error: OSError) -> None:
        if not self._scarce:
            self._scarce = True
            log.warning("clients are turned away: %s", error.strerror)
        if not self._let_go_of_one(listening):
            # Nobody could be turned away, or another thread has the spare one: wait for time alone.
            stop = select.poll()
            stop.register(self._stop_out, select.POLLIN)
            stop.poll(_TRY_AGAIN_S * 1000)

    def _let_go_of_one(self, listening: socket.socket) -> bool:
        """Whether one client fewer waits, and there is a descriptor to spare for the next."""
        let_go = False
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1
            with suppress(OSError):
                with suppress(BlockingIOError):  # it has left
                    listening.accept()[0].close()
                let_go = True
        with suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        return let_go and self._spare >= 0

    def interrupt(self) -> None:
        """Make `wait`, now and later, raise `Closed`. From any thread, also after `close`."""
        with self._lock, suppress(BlockingIOError):
            if self._stop_in >= 0:
                os.write(self._stop_in, b"x")

    def close(self) -> None:
        with self._lock:
            for fd in (self._stop_out, self._stop_in, self._spare):
                if fd >= 0:
                    os.close(fd)
            self._stop_out = self._stop_in = self._spare = -1

    def forget(self) -> None:
        """In a forked child: another thread may have held the lock."""
        self._lock = threading.RLock()
        self.close()
