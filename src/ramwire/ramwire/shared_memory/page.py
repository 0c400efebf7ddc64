"""PATH as a file: on its first page a channel's newest message as a line, on the second what the file is.

Readers know nothing of us: they map the first page, keep it mapped if they like, and read up to the first
newline. So the line is replaced in place, and by `pwrite`, which fails where a mapping would kill us (a full
drive, a file cut off). What lies beyond the old line's end is written first, where nobody looks yet; then the
old line's bytes in one stroke, which for a moment is all that a reader can see half of.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import time
import weakref
from contextlib import suppress

from ramwire.shared_memory.place import PAGE_BYTES

LONGEST_BYTES = PAGE_BYTES - 1
"""Of a message: with its newline it fills the page."""

_MARK = b"ramwire mmap 1\n"

_WHOLE_PAGE = struct.Struct("hhqqi0q")  # struct flock: type, whence, start, length, pid
_LOCK = _WHOLE_PAGE.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, PAGE_BYTES, 0)
_UNLOCK = _WHOLE_PAGE.pack(fcntl.F_UNLCK, os.SEEK_SET, 0, PAGE_BYTES, 0)
_PATIENCE_S = 0.1
_PAUSE_S = 0.001


def lay_out(fd: int) -> None:
    """Both pages: no message yet, and this process as the holder. Raises OSError."""
    mark = _MARK + b"%d\n" % os.getpid()
    pages = b"\n" * PAGE_BYTES + mark.ljust(PAGE_BYTES, b"\n")
    if os.pwrite(fd, pages, 0) < len(pages):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_marked(fd: int) -> bool:
    """Whether ends of ours have made the file."""
    return os.pread(fd, len(_MARK), PAGE_BYTES) == _MARK and os.fstat(fd).st_size == 2 * PAGE_BYTES


def is_blank(fd: int) -> bool:
    """Whether it holds nothing: so does one whose maker was killed at once, or that others begin with."""
    data = os.pread(fd, 2 * PAGE_BYTES + 1, 0)
    return len(data) <= 2 * PAGE_BYTES and not data.strip(b"\n\0")


def holder_pid(fd: int) -> str:
    """As the file says, "unknown" where it does not."""
    lines = os.pread(fd, 100, PAGE_BYTES).split(b"\n")
    pid = lines[1] if len(lines) > 1 and lines[0] + b"\n" == _MARK else b""
    return pid.decode() if pid.isdigit() and len(pid) < 20 else "unknown"


class Page:
    """The first page, for an end that sends. Its descriptor is closed with the last reference to it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        weakref.finalize(self, os.close, fd).atexit = False

    def mend(self) -> None:
        """For the holder: lay the file out again where somebody has cut it off (`>`). Raises OSError."""
        if os.fstat(self._fd).st_size != 2 * PAGE_BYTES:
            os.ftruncate(self._fd, 0)
            lay_out(self._fd)

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
