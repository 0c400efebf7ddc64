"""Word of what changes in a folder, from the kernel (inotify(7)): nobody looks again and again."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

# <sys/inotify.h>
ATTRIB, CLOSE_WRITE, MOVED_TO, CREATE, DELETE = 0x4, 0x8, 0x80, 0x100, 0x200
_EVENT = struct.Struct("iIII")
_READ_BYTES = 65536


class FolderWatch:
    """`descriptor` is readable when something has happened to a file in the folder."""

    def __init__(self, folder: Path, events: int, blocking: bool = False) -> None:
        """Raises `OSError` where the folder cannot be watched."""
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor: int = libc.inotify_init1(os.O_CLOEXEC | (0 if blocking else os.O_NONBLOCK))
        if self.descriptor < 0 or libc.inotify_add_watch(self.descriptor, os.fsencode(folder), events) < 0:
            raise OSError(ctypes.get_errno(), "cannot be watched", str(folder))

    def names(self) -> list[str]:
        """The files to which something has happened; raises `BlockingIOError` where nothing has."""
        told = os.read(self.descriptor, _READ_BYTES)
        found, at = [], 0
        while at < len(told):
            length = _EVENT.unpack_from(told, at)[3]
            at += _EVENT.size
            found.append(os.fsdecode(told[at : at + length].rstrip(b"\0")))
            at += length
        return found
