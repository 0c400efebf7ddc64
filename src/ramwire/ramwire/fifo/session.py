"""A client's lane: one request at a time goes up, and its answer comes down.

What the server has not read the client can read back: then it never runs. The client writes to no server that
is dead without knowing it, since the server alone writes to the FIFO that comes down: its death is a POLLHUP.
"""

from __future__ import annotations

import fcntl
import os
import select
import threading
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.fifo import lanes
from ramwire.fifo.alarm import until_ms
from ramwire.fifo.place import Place
from ramwire.fifo.records import READ_BYTES, Assembly, pack_length
from ramwire.sessions.contract import MAX_REPLY_BYTES, ClientSession, Closed, Expired, Gone

_F_SETPIPE_SZ = 1031  # fcntl has it from Python 3.10 on
_LARGE_BYTES = 1 << 20


class Lane(ClientSession):
    """See the module, and `ramwire.sessions.contract.ClientSession`."""

    def __init__(self, place: Place) -> None:
        """Make its FIFOs. Raises `Refused`, `NoSpace`, OSError."""
        self._place = place
        self._token = os.urandom(lanes.TOKEN_BYTES // 2).hex().encode()
        self._up, self._down = lanes.make(place, self._token)
        self._joined = False
        self._interrupted = False
        self._unsent = 0
        self._enlarged = False
        self._closing = threading.RLock()
        self._replies = Assembly(MAX_REPLY_BYTES)
        poller = select.poll()
        poller.register(self._down, select.POLLIN)
        self._poll = poller.poll

    def knock(self, door: int, deadline: float) -> None:
        """Have a server join it. Raises `Gone` where none does, `Expired`, `Closed`, `Refused`."""
        try:
            self._ring(door, deadline)
            poller = select.poll()
            poller.register(self._down, select.POLLIN)
            poller.register(door, 0)  # an error there: nobody is behind the door any more
            ready = dict(poller.poll(until_ms(deadline)))
            if self._interrupted:
                raise Closed
            if not ready:
                raise Expired
            if self._down not in ready:
                raise Gone
            word = os.read(self._down, READ_BYTES)
        finally:
            lanes.remove(self._place, self._token)
        if word[:1] == lanes.REFUSED:
            raise Refused(f"{self._place.path}: {word[1:].decode(errors='replace')}")
        if word != lanes.JOINED:
            raise Gone
        self._joined = True

    def _ring(self, door: int, deadline: float) -> None:
        room = select.poll()
        room.register(door, select.POLLOUT)
        while True:
            if self._interrupted:
                raise Closed
            try:
                os.write(door, self._token + b"\n")
            except BlockingIOError:
                if not room.poll(until_ms(deadline)):
                    raise Expired from None
            except BrokenPipeError:
                raise Gone from None
            else:
                return

    def send(self, request: bytes, deadline: float) -> None:
        if self._interrupted:
            raise Closed
        data = pack_length(len(request)) + request
        self._unsent = len(data)
        with suppress(BlockingIOError):
            self._unsent -= os.write(self._up, data)
        if self._unsent:
            self._send_rest(memoryview(data), deadline)

    def _send_rest(self, data: memoryview, deadline: float) -> None:
        self._enlarge()
        poller = select.poll()
        poller.register(self._up, select.POLLOUT)
        poller.register(self._down, select.POLLIN)  # nothing comes down before all has gone up: but the end
        while self._unsent:
            with suppress(BlockingIOError):
                self._unsent -= os.write(self._up, data[-self._unsent :])
                continue
            ready = dict(poller.poll(until_ms(deadline)))
            if self._interrupted:
                raise Closed
            if not ready:
                raise Expired
            if self._down in ready:
                raise Gone

    def _enlarge(self) -> None:
        if not self._enlarged:
            self._enlarged = True
            with suppress(OSError):  # more than this user may have: it goes as it is
                fcntl.fcntl(self._up, _F_SETPIPE_SZ, _LARGE_BYTES)

    def receive(self, deadline: float) -> bytes:
        replies = self._replies
        record = replies.next()
        while record is None:
            ready = self._poll(until_ms(deadline))
            if self._interrupted:
                raise Closed
            if not ready:
                raise Expired
            data = os.read(self._down, replies.wanted_bytes)
            if not data:
                raise Gone
            record = replies.add(data)
        return record

    def withdraw(self) -> bool:
        if self._unsent:
            return True  # no server can ever have all of it
        lies_there = b""
        with suppress(OSError):  # empty
            while True:
                lies_there += os.read(self._up, READ_BYTES)
        # A server that closes the lane wakes its own thread there. A request never ends so, but in a newline;
        # and of one that lacks its end no server can make anything.
        return bool(lies_there.rstrip(lanes.WAKE))

    def interrupt(self) -> None:
        self._interrupted = True
        with suppress(OSError), self._closing:
            if self._down < 0:
                return
            fd = os.open(b"/proc/self/fd/%d" % self._down, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(fd, lanes.WAKE)
            finally:
                os.close(fd)

    def close(self) -> None:
        if not self._joined:
            lanes.remove(self._place, self._token)
        with self._closing:
            self.forget()

    def forget(self) -> None:
        fds, self._up, self._down = (self._up, self._down), -1, -1
        for fd in fds:
            if fd >= 0:
                os.close(fd)
