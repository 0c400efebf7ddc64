"""The first page of PATH: a channel's newest message, as a line.

Readers know nothing of us: they map the first page, keep it mapped if they like, and read up to the first
newline. So the line is replaced in place, and by `pwrite`, which fails where a mapping would kill us (a full
drive, a file cut off). What lies beyond the old line's end is written first, where nobody looks yet; then the
old line's bytes in one stroke, which for a moment is all that a reader can see half of.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
import weakref
from contextlib import suppress

from ramwire.shared_memory.mark import Kind, lay_out
from ramwire.shared_memory.place import PAGE_BYTES

LONGEST_BYTES = PAGE_BYTES - 1
"""Of a message: with its newline it fills the page."""

_WHOLE_PAGE = struct.Struct("hhqqi0q")  # struct flock: type, whence, start, length, pid
_LOCK = _WHOLE_PAGE.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, PAGE_BYTES, 0)
_UNLOCK = _WHOLE_PAGE.pack(fcntl.F_UNLCK, os.SEEK_SET, 0, PAGE_BYTES, 0)
_PATIENCE_S = 0.1
_PAUSE_S = 0.001


class Page:
    """The first page, for an end that sends. Its descriptor is closed with the last reference to it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        weakref.finalize(self, os.close, fd).atexit = False

    def mend(self, kind: Kind) -> None:
        """For the holder: lay the file out again where somebody has cut it off (`>`). Raises OSError."""
        if os.fstat(self._fd).st_size != 2 * PAGE_BYTES:
            lay_out(self._fd, kind)
            os.ftruncate(self._fd, 2 * PAGE_BYTES)  # never to less: it would be the death of a reader

    def publish(self, message: bytes) -> None:
        """Replace the line. Raises OSError."""
        self._lock()
        try:
            self._replace(message + b"\n")
        finally:
            fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, _UNLOCK)

    def _lock(self) -> None:
        """Among senders. One that was stopped in the midst of a line is not waited for long."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            with suppress(BlockingIOError):
                fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, _LOCK)
                return
            time.sleep(_PAUSE_S)

    def _replace(self, line: bytes) -> None:
        end = os.pread(self._fd, PAGE_BYTES, 0).find(b"\n") + 1
        if len(line) > end:
            os.pwrite(self._fd, line[end:], end)
        os.pwrite(self._fd, line[:end].ljust(end, b"\n"), 0)
