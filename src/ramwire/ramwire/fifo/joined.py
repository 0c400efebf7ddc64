"""A lane as the server holds it."""

from __future__ import annotations

import fcntl
import os
import select
import threading
import time
from contextlib import suppress

from ramwire.errors import BadMessage
from ramwire.fifo import lanes
from ramwire.fifo.alarm import Alarm, until_ms
from ramwire.fifo.framings.contract import Framing
from ramwire.fifo.records import Assembly, pack_length
from ramwire.remote import error_text
from ramwire.sessions import contract
from ramwire.sessions.contract import MAX_REQUEST_BYTES, Gone, ServerSession

_F_SETPIPE_SZ = 1031  # fcntl has it from Python 3.10 on
_LARGE_BYTES = 1 << 20
_PATIENCE_S = 60.0
"""How long a client that is stopped may take to read on."""


class JoinedLane(ServerSession):
    """See `ramwire.sessions.contract.ServerSession`."""

    def __init__(self, requests: int, answers: int, framing: Framing) -> None:
        """Takes the descriptors over."""
        self._requests = requests
        self._answers = answers
        self._framing = framing
        self._over = False
        self._greeted = False
        self._alarm: Alarm | None = None
        self._lock = threading.RLock()
        self._assembly = Assembly(MAX_REQUEST_BYTES)
        os.set_blocking(requests, True)  # a read that waits is one system call, poll and read are two
        poller = select.poll()
        poller.register(answers, 0)
        self._has_error = poller.poll

    def receive(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            self._write(memoryview(lanes.JOINED))
        record = self._assembly.next()
        while record is None:
            data = os.read(self._requests, self._assembly.wanted_bytes)
            if self._over or not data:
                raise Gone
            record = self._assembly.add(data)
        return record

    def claim(self) -> bool:
        return not self._has_error(0)  # there is one where nobody reads the answers

    def send(self, record: bytes) -> None:
        if len(record) > self._framing.most_bytes:
            most = f"the framing {self._framing.name} carries {self._framing.most_bytes}"
            record = contract.ERROR + error_text(BadMessage(f"the answer has {len(record)} bytes; {most}"))
        self._write(memoryview(pack_length(len(record)) + record))

    def refuse(self, why: str) -> None:
        """Say why it is not served."""
        with suppress(Gone):
            self._write(memoryview(lanes.REFUSED + why.encode()))
        self.close()

    def _write(self, left: memoryview) -> None:
        end = time.monotonic() + _PATIENCE_S
        with self._lock:
            while left:
                if self._over:
                    raise Gone
                try:
                    left = left[os.write(self._answers, left) :]
                except BlockingIOError:
                    self._await_room(end)
                except OSError:  # nobody reads; or it was closed in this very thread, by a signal's handler
                    raise Gone from None

    def _await_room(self, end: float) -> None:
        if self._alarm is None:
            with suppress(OSError):  # more than this user may have: it goes as it is
                fcntl.fcntl(self._answers, _F_SETPIPE_SZ, _LARGE_BYTES)
            self._alarm = Alarm()
            return
        poller = select.poll()
        poller.register(self._answers, select.POLLOUT)
        poller.register(self._alarm.fd, select.POLLIN)
        if not poller.poll(until_ms(end)):
            raise Gone

    def interrupt(self) -> None:
        self._over = True
        alarm = self._alarm
        if alarm is not None:
            alarm.ring()
        with self._lock:
            self._close_answers()  # which the client sees
            self._wake_the_reader()

    def _close_answers(self) -> None:
        fd, self._answers = self._answers, -1
        if fd >= 0:
            os.close(fd)

    def _wake_the_reader(self) -> None:
        with suppress(OSError):
            if self._requests < 0:
                return
            fd = os.open(b"/proc/self/fd/%d" % self._requests, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(fd, lanes.WAKE)
            finally:
                os.close(fd)

    def close(self) -> None:
        self._over = True
        with self._lock:
            self._close_ends()
            if self._alarm is not None:
                self._alarm.close()

    def forget(self) -> None:
        self._close_ends()
        if self._alarm is not None:
            self._alarm.forget()

    def _close_ends(self) -> None:
        self._close_answers()
        fd, self._requests = self._requests, -1
        if fd >= 0:
            os.close(fd)
