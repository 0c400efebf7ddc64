"""The server's end of a session."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
from contextlib import suppress

from ramwire.errors import BadMessage, NoSpace, Refused
from ramwire.remote import error_text
from ramwire.sessions import contract
from ramwire.sessions.contract import Gone, ServerSession
from ramwire.shared_memory import area, bells, handover, interruption
from ramwire.shared_memory.area import Area
from ramwire.shared_memory.trouble import Trouble

_LEFT = (errno.ECONNRESET, errno.ENXIO, errno.EPIPE)
"""The client has died, or has thought better of it."""


class MmapServerSession(ServerSession):
    """Waits for the bell in a blocking read: no poll before it, and no timer."""

    def __init__(self, connection: socket.socket, trouble: Trouble) -> None:
        """`trouble` is the server's, told where it is this end that cannot begin."""
        self._ending = threading.RLock()  # a signal's handler may interrupt in the midst of a close
        self._over = False
        self._connection = connection  # once the session has begun, a descriptor to spare
        self._trouble = trouble
        self._area: Area | None = None
        self._bell = self._back = -1

    def receive(self) -> bytes:
        shared = self._area or self._begin()
        bell = os.read(self._bell, bells.BELL_BYTES)
        if bell[:1] != bells.REQUEST:
            if not bell or bell == bells.INTERRUPT:
                raise Gone
            raise BadMessage(f"a client has rung with {bell!r}")
        return shared.take(bells.size_of(bell), contract.MAX_REQUEST_BYTES)

    def _begin(self) -> Area:
        try:
            handover.peer_of(self._connection)
            with handover.received(self._connection, handover.SERVICE, 3) as fds, self._ending:
                shared = self._take_over(*fds)
            os.write(self._back, bells.WELCOME)
        except Refused as error:
            raise BadMessage(str(error)) from error
        except OSError as error:
            if not self._over and error.errno not in _LEFT:
                self._trouble.tell("a session could not begin", error)
            raise Gone from None
        self._trouble.end()
        return shared

    def _take_over(self, memory: int, bell: int, back: int) -> Area:
        if self._over:
            raise Gone
        self._bell = handover.open_pipe(bell, os.O_RDONLY)
        os.set_blocking(self._bell, True)
        self._back = handover.open_pipe(back, os.O_WRONLY)
        poller = select.poll()
        poller.register(self._back, 0)
        self._poll_back = poller.poll
        area.check(memory)
        self._area = Area(os.dup(memory))
        return self._area

    def claim(self) -> bool:
        # The bell was the request itself; but its sender may have died while it lay there.
        return not (self._over or self._poll_back(0))

    def send(self, record: bytes) -> None:
        shared = self._area
        if self._over or shared is None:
            raise Gone
        if len(record) > bells.LONGEST_SHORT_BYTES:
            bell = bells.ring(bells.REPLY, self._put(shared, record))
        else:
            bell = bells.short(record)
        try:
            os.write(self._back, bell)
        except (BrokenPipeError, BlockingIOError):
            raise Gone from None  # it is dead, or has let thousands of bells lie

    @staticmethod
    def _put(shared: Area, record: bytes) -> int:
        """How many bytes lie in the area now: an error's, where there was no memory for the record."""
        try:
            shared.put(record)
        except OSError as error:
            what = f"no shared memory for an answer of {len(record)} bytes: {error.strerror}"
            record = contract.ERROR + error_text(NoSpace(what))
            shared.put(record)
        return len(record)

    def refuse(self, why: str) -> None:
        """In place of a welcome, if the client has said what it wants: it comes again otherwise."""
        with suppress(OSError, BadMessage, Refused):
            handover.peer_of(self._connection)
            with handover.received(self._connection, handover.SERVICE, 3, patience_s=0) as fds:
                shared = self._take_over(*fds)
            reason = why.encode()
            shared.put(reason)
            os.write(self._back, bells.ring(bells.REFUSAL, len(reason)))
        self.close()

    def interrupt(self) -> None:
        with self._ending:
            if self._over:
                return
            self._over = True
            if self._bell < 0:
                with suppress(OSError):
                    self._connection.shutdown(socket.SHUT_RDWR)
            else:
                interruption.write_into(self._bell, self._connection.detach())

    def close(self) -> None:
        with self._ending:
            self._over = True
            self._let_go()

    def forget(self) -> None:
        self._ending = threading.RLock()
        self._let_go()

    def _let_go(self) -> None:
        self._connection.close()
        fds, self._bell, self._back = (self._bell, self._back), -1, -1
        for fd in fds:
            if fd >= 0:
                os.close(fd)
        if self._area is not None:
            self._area.close()
