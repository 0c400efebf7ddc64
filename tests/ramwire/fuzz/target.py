"""A parser under the fuzzer, and how it is watched: what it may not touch while it reads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Target:
    """`check` raises AssertionError, or anything else that its parser lets out and should not."""

    name: str
    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


FORBIDDEN = ("open", "exec", "compile", "import", "os.", "subprocess.", "socket.", "shutil.", "ctypes.")
"""Audit events of which reading a message raises none."""


class Touched(BaseException):
    """A parser has opened, run or imported something. Derived so that no parser swallows it."""


_watched = threading.local()


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if getattr(_watched, "now", False) and event.startswith(FORBIDDEN):
        _watched.now = False
        raise Touched(f"{event} {arguments!r}")


sys.addaudithook(_audit)


@contextmanager
def untouched() -> Iterator[None]:
    """Whatever is done within, this thread opens, runs and imports nothing."""
    _watched.now = True
    try:
        yield
    finally:
        _watched.now = False
