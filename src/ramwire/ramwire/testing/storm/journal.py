"""What each process of a storm writes down, so that it is known after its death.

A record is a line of text padded to 64 bytes, appended by one write(): a kill may tear a write where it
crosses a page of the file, and these never do.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Literal, NamedTuple

RECORD_BYTES = 64

Manner = Literal["call", "hasty", "submit", "later", "note"]
"""How a request was made: `hasty` with next to no time, `later` for an answer that is deferred."""


class Begun(NamedTuple):
    """A client is about to make this request."""

    id: str
    at_ns: int
    manner: Manner
    timeout_s: float


class Ended(NamedTuple):
    """How it ended: `value`, `taken` (a note), `wrong`, `withdrawn` (a `Timeout`, and it has not run), or the
    error's class name. `pid` is that of the server named in the value.
    """

    id: str
    at_ns: int
    outcome: str
    pid: int


class Ran(NamedTuple):
    """A server runs it."""

    id: str
    at_ns: int
    pid: int


class Journal:
    """Appends; any number of processes and threads may, to one file."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def begun(self, request: str, manner: Manner, timeout_s: float) -> None:
        self._append("begun", request, manner, f"{timeout_s:.6f}")

    def ended(self, request: str, outcome: str, pid: int = 0) -> None:
        self._append("ended", request, outcome, str(pid))

    def ran(self, request: str) -> None:
        self._append("ran", request, str(os.getpid()))

    def _append(self, *words: str) -> None:
        record = f"{' '.join(words)} {time.monotonic_ns()}".encode()
        os.write(self._file, record.ljust(RECORD_BYTES - 1) + b"\n")


def read(path: str) -> Iterator[Begun | Ended | Ran]:
    with open(path, encoding="ascii") as lines:
        for line in lines:
            kind, request, *words, at = line.split()
            if kind == "begun":
                manner, timeout = words
                yield Begun(request, int(at), manner, float(timeout))  # type: ignore[arg-type]
            elif kind == "ended":
                outcome, pid = words
                yield Ended(request, int(at), outcome, int(pid))
            else:
                yield Ran(request, int(at), int(words[0]))
