"""A FIFO that is written to: whether anybody reads, whose turn it is, and what was begun and not finished."""

from __future__ import annotations

import fcntl
import os
import select
from contextlib import suppress
from typing import Callable

from ramwire.fifo.fifos import Fifo
from ramwire.fifo.turn import Turn

_F_SETPIPE_SZ = 1031  # fcntl has it from Python 3.10 on
_LARGE_BYTES = 1 << 20
_DRAIN_BYTES = 1 << 20


class Sink:
    """Held open for writing, so that readers never come to its end between two messages."""

    def __init__(self, fifo: Fifo, ring: Callable[[], None]) -> None:
        """Takes the FIFO over. `ring` is called when a turn has come. Raises OSError."""
        self._fifo = fifo
        self.shown = fifo.shown
        self.fd = -1
        self._enlarged = False
        try:
            self.fd = fifo.writer()
            self.turn = Turn(fifo.writer(), ring)
        except BaseException:
            self._close_end()
            fifo.close()
            raise

    def is_at(self, name: bytes, folder: int) -> bool:
        """Whether the name still means this FIFO."""
        return self._fifo.is_at(name, folder)

    @property
    def has_reader(self) -> bool:
        """Whether somebody reads. Any thread: a poll object is for one at a time."""
        fd = self.fd
        if fd < 0:
            return False
        errors = select.poll()
        errors.register(fd, 0)
        return not errors.poll(0)  # without a reader there is an error to report

    def write(self, data: memoryview) -> int:
        """How many bytes have gone; 0 where it is full. Raises BrokenPipeError where nobody reads."""
        try:
            return os.write(self.fd, data)
        except BlockingIOError:
            if not self._enlarged and len(data) > select.PIPE_BUF:
                self._enlarged = True
                with suppress(OSError):  # more than this user may have: it goes as it is
                    fcntl.fcntl(self.fd, _F_SETPIPE_SZ, _LARGE_BYTES)
                    return self.write(data)
            return 0

    def leave(self, frame: bytes) -> bool:
        """Write up to PIPE_BUF bytes though nobody reads, for who comes next; False where it is full."""
        both = self._fifo.both()
        try:
            os.write(both, frame)
        except BlockingIOError:
            return False
        finally:
            os.close(both)
        return True

    def empty(self) -> None:
        """Throw away what lies in it: its reader has left in the midst of a message."""
        with suppress(OSError):
            both = self._fifo.both()
            try:
                while os.read(both, _DRAIN_BYTES):
                    pass
            finally:
                os.close(both)

    def _close_end(self) -> None:
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def close(self) -> None:
        self.turn.close()
        self._close_end()
        self._fifo.close()

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        self.turn.forget()
        self._close_end()
        self._fifo.close()
