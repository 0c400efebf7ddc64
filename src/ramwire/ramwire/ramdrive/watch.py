"""Waking up when something changes in folders or among the mounts: inotify and `/proc/self/mountinfo`."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ramwire.ramdrive.place import Place

IN_MODIFY = 0x2
IN_ATTRIB = 0x4
IN_CLOSE_WRITE = 0x8
IN_MOVED_FROM = 0x40
IN_MOVED_TO = 0x80
IN_CREATE = 0x100
IN_DELETE = 0x200
IN_DELETE_SELF = 0x400
IN_MOVE_SELF = 0x800
IN_Q_OVERFLOW = 0x4000

ARRIVALS = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO
_DEPARTURES = IN_DELETE | IN_MOVED_FROM | IN_MOVE_SELF

_HEAD = struct.Struct("iIII")
_READ_BYTES = 65536


class Event(NamedTuple):
    """One change: the watch it belongs to, its IN_* bits, and the name within the folder (b"" for the
    folder).
    """

    watch: int
    mask: int
    name: bytes


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


class WatchesUsedUp(OSError):
    """The user has as many inotify instances or watches as allowed; the text says what to raise."""


_LIMITS = {
    # The errno, the call it came from, and the limit that was reached.
    (errno.EMFILE, "inotify_init1"): "max_user_instances",
    (errno.ENOSPC, "inotify_add_watch"): "max_user_watches",
}


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        limit = _LIMITS.get((number, what))
        if limit and _a_file_may_be_opened():
            raise WatchesUsedUp(
                f"this user may have no more inotify {limit.rpartition('_')[2]}: end programs that watch "
                f"files, or raise the limit (sysctl fs.inotify.{limit})"
            )
        raise OSError(number, os.strerror(number), what)
    return result


def _a_file_may_be_opened() -> bool:
    """EMFILE may also say that this process has too many descriptors."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


class Inotify:
    """An inotify instance; its `fd` is readable when there are events."""

    def __init__(self) -> None:
        self.fd = _checked(_libc().inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK), "inotify_init1")

    def watch(self, folder: int, mask: int) -> int:
        """Watch a folder by its descriptor; a second time changes the mask."""
        path = b"/proc/self/fd/%d" % folder
        return _checked(_libc().inotify_add_watch(self.fd, path, mask), "inotify_add_watch")

    def watch_departure(self, place: Place) -> int:
        """Watch for `server/` and the others being deleted or renamed; each event of it is to be looked into.

        The folder above is watched, because IN_DELETE_SELF does not come while a folder is held open.
        """
        return self.watch(place.top, _DEPARTURES)

    def watch_departure_above(self, place: Place) -> int | None:
        """The same for the service's own folder; None where the one that it is in may not be watched."""
        above = os.path.dirname(place.path)
        try:
            return _checked(_libc().inotify_add_watch(self.fd, above, _DEPARTURES), "inotify_add_watch")
        except PermissionError:
            return None

    def ignore(self, watch: int) -> None:
        """Watch it no more; nothing where it is gone already."""
        _libc().inotify_rm_watch(self.fd, watch)

    def read(self) -> Iterator[Event]:
        """What has happened since the last time."""
        try:
            data = os.read(self.fd, _READ_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at < len(data):
            watch, mask, _, size = _HEAD.unpack_from(data, at)
            at += _HEAD.size + size
            yield Event(watch, mask, data[at - size : at].rstrip(b"\0"))

    def close(self) -> None:
        os.close(self.fd)


class Mounts:
    """The table of mounts; poll its `fd` for POLLPRI or POLLERR."""

    def __init__(self) -> None:
        self.fd = os.open("/proc/self/mountinfo", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self.fd)
