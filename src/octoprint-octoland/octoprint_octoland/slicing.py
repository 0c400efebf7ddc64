"""What a slicer noted in its G-code: layer height and filament's weight, from the file's two ends."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Optional

_log = logging.getLogger(__name__)

HEAD_BYTES = 4 * 1024
# PrusaSlicer and its kin end a file with all their settings, some 15 KB.
TAIL_BYTES = 32 * 1024
# More than a card full of prints: where some are forgotten, each listing reads them all again.
FILES_KEPT = 5000

_NUMBER = rb"([0-9]+(?:\.[0-9]+)?)"
_LAYER_HEIGHT = re.compile(rb"^; ?layer[ _]height ?[=:] ?" + _NUMBER, re.MULTILINE | re.IGNORECASE)
_FILAMENT_G = re.compile(
    rb"^; ?(?:total )?filament (?:used|weight) \[g\] ?[=:] ?" + _NUMBER, re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True)
class Notes:
    layer_height_mm: Optional[float] = None
    filament_g: Optional[float] = None


_Version = tuple[int, int]


class SlicerNotes:
    """Reads each version of a file once, and remembers the most recent ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[_Version, Notes]] = OrderedDict()

    def of(self, path_on_disk: str) -> Notes:
        """Nothing is known of a file that cannot be read."""
        try:
            with open(path_on_disk, "rb") as file:
                status = os.fstat(file.fileno())
                version = (status.st_mtime_ns, status.st_size)
                with self._lock:
                    known = self._kept.get(path_on_disk)
                if known is not None and known[0] == version:
                    return known[1]
                head = file.read(HEAD_BYTES)
                file.seek(max(HEAD_BYTES, status.st_size - TAIL_BYTES))
                notes = parse(head + b"\n" + file.read(TAIL_BYTES))
        except OSError as error:
            _log.debug("No notes from %s: %s", path_on_disk, error)
            return Notes()
        with self._lock:
            self._kept[path_on_disk] = (version, notes)
            while len(self._kept) > FILES_KEPT:
                self._kept.popitem(last=False)
        return notes


def parse(comments: bytes) -> Notes:
    layer_height = _LAYER_HEIGHT.search(comments)
    filament = _FILAMENT_G.search(comments)
    return Notes(
        layer_height_mm=float(layer_height.group(1)) if layer_height else None,
        filament_g=float(filament.group(1)) if filament else None,
    )
