"""The second page of PATH, which says what the file is: whose, and what is served there."""

from __future__ import annotations

import errno
import os
from typing import Literal, NamedTuple, Optional

from ramwire.shared_memory.place import PAGE_BYTES

Kind = Literal["service", "channel"]

_FIRST_LINE = b"ramwire mmap 1"
_LONGEST_BYTES = 100


class Mark(NamedTuple):
    """What it says; "unknown" where it says nothing that one can believe."""

    pid: str
    kind: str


def lay_out(fd: int, kind: Kind) -> None:
    """Both pages: no message yet, and this process as the holder. Raises OSError."""
    mark = b"%s\n%d\n%s\n" % (_FIRST_LINE, os.getpid(), kind.encode())
    pages = b"\n" * PAGE_BYTES + mark.ljust(PAGE_BYTES, b"\n")
    if os.pwrite(fd, pages, 0) < len(pages):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read(fd: int) -> Optional[Mark]:
    """None where ends of ours have not made the file."""
    lines = os.pread(fd, _LONGEST_BYTES, PAGE_BYTES).split(b"\n")
    if lines[0] != _FIRST_LINE or len(lines) < 3 or os.fstat(fd).st_size != 2 * PAGE_BYTES:
        return None
    pid = lines[1].decode() if lines[1].isdigit() and len(lines[1]) < 20 else "unknown"
    return Mark(pid, lines[2].decode() if lines[2] in (b"service", b"channel") else "unknown")


def is_blank(fd: int) -> bool:
    """Whether it holds nothing: so does one whose maker was killed at once, or that others begin with."""
    data = os.pread(fd, 2 * PAGE_BYTES + 1, 0)
    return len(data) <= 2 * PAGE_BYTES and not data.strip(b"\n\0")
