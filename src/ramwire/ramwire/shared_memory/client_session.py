"""The client's end of a session."""

from __future__ import annotations

import os
import select
import socket
import threading
import time

from ramwire.errors import BadMessage, NoSpace, Refused
from ramwire.sessions.contract import MAX_REPLY_BYTES, ClientSession, Closed, Expired, Gone
from ramwire.shared_memory import area, bells, handover, interruption
from ramwire.shared_memory.area import Area
from ramwire.shared_memory.place import poll_ms

_LONGEST_REASON_BYTES = 4096


class MmapClientSession(ClientSession):
    """A request is copied into the area and rung; whoever then reads the bell has it."""

    def __init__(self, connection: socket.socket) -> None:
        """Make all of a session, and hand the server its part. Raises OSError.

        The connection has nothing more to say: it is kept as a descriptor to spare.
        """
        self._closing = threading.RLock()  # a signal's handler may interrupt in the midst of a close
        self._interrupted = False
        self._rung = False
        self._area = Area(area.make())
        self._fds: list[int] = []
        self._spare = -1
        try:
            self._hand_over(connection)
        except BaseException:
            self._let_go()
            raise
        self._spare = connection.detach()
        poller = select.poll()
        poller.register(self._back, select.POLLIN)
        self._poll = poller.poll

    def _hand_over(self, connection: socket.socket) -> None:
        self._taken_back, self._bell = map(self._keep, os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK))
        self._back, theirs = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._keep(self._back)
        try:
            handover.give(connection, handover.SERVICE, (self._area.fd, self._taken_back, theirs))
        finally:
            os.close(theirs)

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd

    def wait_for_welcome(self, deadline: float) -> None:
        """Until the server has its part. Raises `Refused`, `Gone`, `Expired`, `Closed`."""
        bell = self._next_bell(deadline)
        if bell[:1] == bells.REFUSAL:
            why = self._area.take(bells.size_of(bell), _LONGEST_REASON_BYTES)
            raise Refused(f"the server does not let this client in: {why.decode(errors='replace')}")
        if bell != bells.WELCOME:
            raise BadMessage("the server did not begin with a welcome")

    def send(self, request: bytes, deadline: float) -> None:
        del deadline  # there is always room
        try:
            self._area.put(request)
        except OSError as error:
            raise NoSpace(
                f"no shared memory for a request of {len(request)} bytes: {error.strerror}"
            ) from error
        self._rung = True
        os.write(self._bell, bells.ring(bells.REQUEST, len(request)))

    def receive(self, deadline: float) -> bytes:
        bell = self._next_bell(deadline)
        kind = bell[:1]
        if kind == bells.REPLY:
            return self._area.take(bells.size_of(bell), MAX_REPLY_BYTES)
        if kind == bells.SHORT and len(bell) == bells.BELL_BYTES:
            return bells.said_by(bell)
        raise BadMessage(f"the server has rung with {bell!r}")

    def _next_bell(self, deadline: float) -> bytes:
        while not self._poll(poll_ms(deadline)):
            if time.monotonic() >= deadline:
                raise Expired
        if self._interrupted:
            raise Closed
        bell = os.read(self._back, bells.BELL_BYTES)
        if not bell:
            raise Gone
        return bell

    def withdraw(self) -> bool:
        if not self._rung:
            return True
        try:
            # The server may have rung itself there, when it was told to stop.
            rung = os.read(self._taken_back, 4 * bells.BELL_BYTES)
        except BlockingIOError:
            return False
        return any(rung[at : at + 1] == bells.REQUEST for at in range(0, len(rung), bells.BELL_BYTES))

    def interrupt(self) -> None:
        with self._closing:
            self._interrupted = True
            if self._fds:
                spare, self._spare = self._spare, -1
                interruption.write_into(self._back, spare)

    def close(self) -> None:
        with self._closing:
            self._let_go()

    def forget(self) -> None:
        self._closing = threading.RLock()
        self._let_go()

    def _let_go(self) -> None:
        fds, self._fds = [*self._fds, self._spare], []
        self._spare = -1
        for fd in fds:
            if fd >= 0:
                os.close(fd)
        self._area.close()
