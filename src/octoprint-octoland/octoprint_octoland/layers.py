"""Which layer a print is in: the file is read once, and the places of its layer marks are remembered.

In the background and slowly: a print's own reading and sending come first. At the usual priority, though: a
thread that is kept from the processor while it holds Python's lock keeps all the others waiting with it.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from array import array
from bisect import bisect_right
from typing import Callable, Optional

_log = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024
# A mark that a chunk cuts in two is found in the next.
OVERLAP_BYTES = 64
PAUSE_S = 0.002
MOST_LAYERS = 100_000
MOST_BYTES = 2 << 30

# PrusaSlicer and its kin; Cura; Bambu Studio; Simplify3D; KISSlicer and IdeaMaker.
_MARK = re.compile(
    rb"\n;(?:LAYER_CHANGE\b|LAYER:[0-9]+| CHANGE_LAYER\b| layer [0-9]+,| BEGIN_LAYER_OBJECT\b)"
)

_Version = tuple[str, int, int]


class Layers:
    """The places, in bytes, at which a file's layers begin."""

    def __init__(self, starts: array[int]) -> None:
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, position_bytes: int) -> int:
        """The layer at a place, from 1; 0 before the first."""
        return bisect_right(self._starts, position_bytes)


class LayerCounter:
    """Knows the layers of one file at a time: the one asked for last."""

    def __init__(self, when_counted: Callable[[], None]) -> None:
        self._when_counted = when_counted
        self._lock = threading.Lock()
        self._version: Optional[_Version] = None
        self._layers: Optional[Layers] = None
        self._abandon = threading.Event()

    def of(self, path_on_disk: str) -> Optional[Layers]:
        """None while they are being counted, and where there are none."""
        try:
            status = os.stat(path_on_disk)
        except OSError:
            return None
        version = (path_on_disk, status.st_mtime_ns, status.st_size)
        with self._lock:
            if self._version != version:
                self._abandon.set()
                self._abandon = threading.Event()
                self._version, self._layers = version, None
                threading.Thread(
                    target=self._count, args=(version, self._abandon), name="octoland-layers", daemon=True
                ).start()
            return self._layers

    def stop(self) -> None:
        self._abandon.set()

    def _count(self, version: _Version, abandon: threading.Event) -> None:
        try:
            starts = find_layers(version[0], abandon)
        except OSError as error:
            _log.info("The layers of %s are not known: %s", version[0], error)
            return
        with self._lock:
            if self._version != version or abandon.is_set() or not starts:
                return
            self._layers = Layers(starts)
        self._when_counted()


def find_layers(path_on_disk: str, abandon: threading.Event) -> array[int]:
    """Where each layer begins. Empty if the file has no marks, so many that they are none, or no end."""
    starts: array[int] = array("Q")
    before = b"\n"
    read_bytes = 0
    with open(path_on_disk, "rb") as file:
        while not abandon.wait(PAUSE_S):
            chunk = file.read(CHUNK_BYTES)
            if not chunk:
                break
            window = before + chunk
            offset = read_bytes - len(before)
            for mark in _MARK.finditer(window):
                start = offset + mark.start() + 1
                if not starts or start > starts[-1]:
                    starts.append(start)
            if len(starts) > MOST_LAYERS or read_bytes > MOST_BYTES:
                return array("Q")
            read_bytes += len(chunk)
            before = window[-OVERLAP_BYTES:]
    return starts
