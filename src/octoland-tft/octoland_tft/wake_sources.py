"""What a touch or a change of the window shows itself on, so that the loop can sleep until then."""

from __future__ import annotations

import ctypes
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from octoland_tft.kivy_api import Window

logger = logging.getLogger(__name__)

_DEVICES = Path("/dev/input")
# <sys/inotify.h>
_IN_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC
_IN_CREATE, _IN_DELETE, _IN_ATTRIB = 0x100, 0x200, 0x4
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
    """The connection to the X server, which SDL reads by itself in each turn of the loop."""

    linger_s = 0.0
    blind = False

    def __init__(self, display: int) -> None:
        """`display`: Xlib's `Display *`."""
        xlib = ctypes.CDLL("libX11.so.6")
        xlib.XConnectionNumber.argtypes = [ctypes.c_void_p]
        self.descriptors = {int(xlib.XConnectionNumber(display))}

    def woken(self, descriptor: int) -> None:
        """SDL reads it."""


class InputDevices:
    """The kernel's input devices, for a screen without an X server. SDL or Kivy read them through
    descriptors of their own; those here only wake the loop up. Devices that come later count from then on."""

    # Kivy's readers of devices are threads: they need a moment to hand over what woke us.
    linger_s = 0.1
    blind = False

    def __init__(self) -> None:
        self._open: dict[str, int] = {}
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(_IN_NONBLOCK_CLOEXEC)
        # ATTRIB: a device that is new belongs to us only once udev has set its group.
        if (
            libc.inotify_add_watch(self._inotify, os.fsencode(_DEVICES), _IN_CREATE | _IN_DELETE | _IN_ATTRIB)
            < 0
        ):
            raise OSError(ctypes.get_errno(), "cannot watch for input devices", str(_DEVICES))
        self.descriptors = {self._inotify}
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
        present = {entry.name for entry in _DEVICES.glob("event*")}
        for name in set(self._open) - present:
            self._close(self._open[name])
        for name in present - set(self._open):
            with suppress(OSError):  # not ours to read (yet): ATTRIB tells when that changes
                self._open[name] = os.open(_DEVICES / name, os.O_RDONLY | _IN_NONBLOCK_CLOEXEC)
        self.descriptors = {self._inotify, *self._open.values()}

    def _close(self, descriptor: int) -> None:
        self._open = {name: other for name, other in self._open.items() if other != descriptor}
        self.descriptors = {self._inotify, *self._open.values()}
        os.close(descriptor)


def find_source() -> Source:
    """What fits the window there is."""
    info = Window.get_window_info()
    try:
        if type(info).__name__ == "WindowInfoX11":
            return X11Connection(info.display)
        if os.environ.get("SDL_VIDEODRIVER", "").lower() == "kmsdrm":
            return InputDevices()
    except OSError as error:
        logger.warning("No way to sleep until a touch: %s", error)
    return NoSource()
