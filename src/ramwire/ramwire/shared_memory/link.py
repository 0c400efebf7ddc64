"""A channel's link: messages both ways between a client and the server.

Each direction has slots in shared memory, filled in turn, a pipe of bells (`bells`) that say how long each
message is, and a pipe of receipts, a byte for each message taken. What has no receipt when the other end dies
is still the sender's.
"""

from __future__ import annotations

import errno
import mmap
import os
import socket
import weakref
from collections import deque
from contextlib import ExitStack, suppress
from typing import NamedTuple

from ramwire.errors import BadMessage
from ramwire.sessions.contract import Gone
from ramwire.shared_memory import area, bells, handover
from ramwire.shared_memory.place import PAGE_BYTES

SLOTS = 16

_DIRECTION_BYTES = SLOTS * PAGE_BYTES
_LINK_BYTES = 2 * _DIRECTION_BYTES  # the client's messages, then the server's
_RECEIPT = b"r"


class _Pipes(NamedTuple):
    """One end's descriptors; -1 where the other end had gone before it could be opened."""

    bell_out: int
    receipts_in: int
    bell_in: int
    receipts_out: int


class Link:
    """One end of it. One thread at a time may send, and one may receive.

    Closed with the last reference to it: one thread may have done with it while another still waits there.
    """

    def __init__(self, memory: mmap.mmap, is_client: bool, pipes: _Pipes, undo: ExitStack) -> None:
        self._memory = memory
        self._out_at, self._in_at = (0, _DIRECTION_BYTES) if is_client else (_DIRECTION_BYTES, 0)
        self._bell_out, self.receipts, self.bell, self._receipts_out = pipes
        weakref.finalize(self, undo.close).atexit = False
        self._sent = self._received = 0
        self.kept: deque[bytes] = deque()
        """Sent, and without a receipt yet: `SLOTS` at most."""

    def has_room(self) -> bool:
        """Whether a message may be sent; where not, `receipts` is readable when it may. Raises `Gone`."""
        try:
            receipts = os.read(self.receipts, SLOTS)
        except BlockingIOError:
            return len(self.kept) < SLOTS
        if not receipts:
            raise Gone
        for _ in range(min(len(receipts), len(self.kept))):
            self.kept.popleft()
        return len(self.kept) < SLOTS

    def send(self, message: bytes) -> None:
        """Where there is room. That the other end is gone shows when room is next asked for."""
        at = self._out_at + self._sent % SLOTS * PAGE_BYTES
        self._memory[at : at + len(message)] = message
        self._sent += 1
        self.kept.append(message)
        with suppress(OSError):
            os.write(self._bell_out, bells.ring(bells.REQUEST, len(message)))

    def receive(self) -> bytes | None:
        """The next message; None where none is there yet, and `bell` is readable when one is.

        Raises `Gone`, and `BadMessage` for what no end of ours would say: then the link is to be closed.
        """
        try:
            bell = os.read(self.bell, bells.BELL_BYTES)
        except BlockingIOError:
            return None
        if not bell:
            raise Gone
        size = bells.size_of(bell)
        if bell[:1] != bells.REQUEST or len(bell) != bells.BELL_BYTES or size > PAGE_BYTES:
            raise BadMessage(f"the other end has rung with {bell!r}")
        at = self._in_at + self._received % SLOTS * PAGE_BYTES
        message = self._memory[at : at + size]
        self._received += 1
        with suppress(OSError):
            os.write(self._receipts_out, _RECEIPT)
        return message

    def is_welcome(self) -> bool:
        """Whether the server has said so, of which `bell` tells. Raises `Gone`, `BadMessage`."""
        with suppress(BlockingIOError):
            bell = os.read(self.bell, bells.BELL_BYTES)
            if not bell:
                raise Gone
            if bell != bells.WELCOME:
                raise BadMessage("the server did not begin with a welcome")
            return True
        return False


def begin(connection: socket.socket) -> Link:
    """The client's end; the server gets its part over the connection. Raises OSError."""
    with ExitStack() as ours, ExitStack() as theirs:
        memory = area.make(_LINK_BYTES)
        theirs.callback(os.close, memory)
        mapped = ours.enter_context(mmap.mmap(memory, _LINK_BYTES))
        bell_there, bell_out = _pipe(theirs, ours)
        receipts_in, receipts_there = _pipe(ours, theirs)
        bell_in, bell_back = _pipe(ours, theirs)
        receipts_back, receipts_out = _pipe(theirs, ours)
        fds = (memory, bell_back, receipts_back, bell_there, receipts_there)
        handover.give(connection, handover.CHANNEL, fds)
        pipes = _Pipes(bell_out, receipts_in, bell_in, receipts_out)
        return Link(mapped, True, pipes, ours.pop_all())


def _pipe(reader: ExitStack, writer: ExitStack) -> tuple[int, int]:
    """A pipe, its two ends to be closed each with its stack."""
    ends = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    reader.callback(os.close, ends[0])
    writer.callback(os.close, ends[1])
    return ends


def take_up(connection: socket.socket) -> Link:
    """The server's end of what a client has begun. Raises `BadMessage`, `Refused`, OSError."""
    handover.peer_of(connection)
    with handover.received(connection, handover.CHANNEL, 5) as (memory, *fds), ExitStack() as ours:
        area.check(memory, _LINK_BYTES)
        mapped = ours.enter_context(mmap.mmap(memory, _LINK_BYTES))
        flags = (os.O_WRONLY, os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)
        pipes = _Pipes(*(_open(fd, flag, ours) for fd, flag in zip(fds, flags)))
        with suppress(OSError):
            os.write(pipes.bell_out, bells.WELCOME)
        return Link(mapped, False, pipes, ours.pop_all())


def _open(fd: int, flags: int, ours: ExitStack) -> int:
    try:
        pipe = handover.open_pipe(fd, flags)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return -1  # its reader has left, and may have sent something before
        raise
    ours.callback(os.close, pipe)
    return pipe
