"""A channel's other end that knows nothing of us: a program that maps PATH, and keeps its line up to date.

What it stores into its mapping tells nobody. So its line is looked at when the file was written to by a call
or closed, of which the kernel tells, and now and again while somebody has it open for writing.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.ramdrive.files import has_writer
from ramwire.shared_memory import mark
from ramwire.shared_memory.holding import open_page
from ramwire.shared_memory.place import PAGE_BYTES, Folder

LOOK_S = 0.05


class PlainPage:
    """The first line of a file that is none of ours, whenever it is another."""

    def __init__(self) -> None:
        self._seen = b""
        self.is_written = False
        """Whether, at the last look, somebody had it open for writing."""

    def news(self, folder: Folder) -> bytes | None:
        """The line, if it has changed since it was last given; an empty one says nothing."""
        self.is_written = False
        with suppress(OSError, Refused):
            page = open_page(folder, os.O_RDONLY)
            try:
                return self._read(page)
            finally:
                os.close(page)
        return None

    def _read(self, page: int) -> bytes | None:
        if mark.read(page) is not None:
            return None
        self.is_written = has_writer(page)
        head = os.pread(page, PAGE_BYTES, 0)
        if head != os.pread(page, PAGE_BYTES, 0):
            return None  # in the midst of a change; its writer has it open, so that one looks again
        line, newline, _ = head.partition(b"\n")
        if not newline or not line or line == self._seen:
            return None
        self._seen = line
        return line
