"""What a touch or a change of the window shows itself on, so that the loop can sleep until then."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)

# In the file system or, with a zero byte before it, abstract.
_X11_SOCKETS = "/tmp/.X11-unix/X"  # noqa: S108 - where X servers listen
_DEVICES = Path("/dev/input")
# <sys/inotify.h>
_IN_ATTRIB, _IN_CREATE, _IN_DELETE = 0x4, 0x100, 0x200
_READ_BYTES = 65536


class Source(Protocol):
    """`linger_s`: for how long after a wake-up the loop keeps turning. `blind`: there is nothing to sleep
    on."""

    descriptors: set[int]
    linger_s: float
    blind: bool

    def woken(self, descriptor: int) -> None:
        """The descriptor is readable."""


class NoSource:
    """Nothing to sleep on."""

    linger_s = 0.0
    blind = True

    def __init__(self) -> None:
        self.descriptors: set[int] = set()

    def woken(self, descriptor: int) -> None:
        """There is no descriptor."""


class X11Connection:
    """The connection to the X server, which SDL reads by itself in each turn of the loop.

    Kivy tells the window's display only where it was built to (Debian's is not), so it is looked for among
    the open descriptors, by who is at its other end.
    """

    linger_s = 0.0
    blind = False

    def __init__(self) -> None:
        """Raises `OSError` where this process has none on this machine."""
        self.descriptors = {number for number in _open_descriptors() if _X11_SOCKETS in _peer(number)}
        if not self.descriptors:
            raise OSError(errno.ENOTCONN, "no connection to an X server on this machine")

    def woken(self, descriptor: int) -> None:
        """SDL reads it."""


def _open_descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]


def _peer(descriptor: int) -> str:
    """The address at the other end of a Unix socket, "" for anything else."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as other:
            address = other.getpeername()
    except OSError:
        return ""
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else ""


class InputDevices:
    """The kernel's input devices, for a screen without an X server. SDL or Kivy read them through
    descriptors of their own; those here only wake the loop up. Devices that come later count from then on."""

    # Kivy's readers of devices are threads: they need a moment to hand over what woke us.
    linger_s = 0.1
    blind = False

    def __init__(self, folder: Path = _DEVICES) -> None:
        """Raises `OSError` where there is no such folder."""
        self._folder = folder
        self._open: dict[str, int] = {}
        # ATTRIB: a device that is new belongs to us only once udev has set its group.
        self._inotify = _watch(folder, _IN_CREATE | _IN_DELETE | _IN_ATTRIB)
        self._look()

    def woken(self, descriptor: int) -> None:
        try:
            with suppress(BlockingIOError):
                os.read(descriptor, _READ_BYTES)
        except OSError as error:
            # ENODEV: unplugged; its name is gone or about to go.
            logger.info("An input device is gone: %s", error)
            self._close(descriptor)
        if descriptor == self._inotify:
            self._look()

    def _look(self) -> None:
        present = {entry.name for entry in self._folder.glob("event*")}
        for name in set(self._open) - present:
            self._close(self._open[name])
        for name in present - set(self._open):
            with suppress(OSError):  # not ours to read (yet): ATTRIB tells when that changes
                self._open[name] = os.open(self._folder / name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self.descriptors = {self._inotify, *self._open.values()}

    def _close(self, descriptor: int) -> None:
        self._open = {name: other for name, other in self._open.items() if other != descriptor}
        self.descriptors = {self._inotify, *self._open.values()}
        os.close(descriptor)


def _watch(folder: Path, events: int) -> int:
    """A descriptor that is readable when one of these has happened in the folder (inotify(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0 or libc.inotify_add_watch(descriptor, os.fsencode(folder), events) < 0:
        raise OSError(ctypes.get_errno(), "cannot be watched", str(folder))
    return descriptor


def find_source() -> Source:
    """What fits the window, which is open by now."""
    try:
        if os.environ.get("SDL_VIDEODRIVER", "").lower() == "kmsdrm":
            return InputDevices()
        return X11Connection()
    except OSError as error:
        logger.warning("No way to sleep until a touch: %s", error)
    return NoSource()
