"""Loggers for modules that seldom have anything to say: `logging` is imported when the first of them speaks.

It takes as long to import as the whole of a wire's end.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

_BETWEEN_WORDS_S = 60.0


class Journal:
    """As the logger of that name; a record's place is that of the caller."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def info(self, message: str, *values: object) -> None:
        self._logger().info(message, *values, stacklevel=2)

    def warning(self, message: str, *values: object) -> None:
        self._logger().warning(message, *values, stacklevel=2)

    def error(self, message: str, *values: object) -> None:
        self._logger().error(message, *values, stacklevel=2)

    def exception(self, message: str, *values: object) -> None:
        self._logger().exception(message, *values, stacklevel=2)

    def _logger(self) -> logging.Logger:
        import logging  # noqa: PLC0415

        return logging.getLogger(self._name)


class Complaints:
    """What strangers can cause as often as they like is said once in a while, with how often it was left out.

    Any thread may complain.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._unsaid = 0

    def tell(self, message: str, *values: object) -> None:
        """A warning, unless there was one not long ago."""
        with self._lock:
            now = time.monotonic()
            if now < self._silent_until:
                self._unsaid += 1
                return
            unsaid, self._unsaid = self._unsaid, 0
            self._silent_until = now + _BETWEEN_WORDS_S
        more = f" (and {unsaid} more before)" if unsaid else ""
        self._journal.warning(f"{message}%s", *values, more)
