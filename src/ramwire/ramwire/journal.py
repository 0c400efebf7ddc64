"""Loggers for modules that seldom have anything to say: `logging` is imported when the first of them speaks.

It takes as long to import as the whole of a wire's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


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
