"""How a subcommand ends: its exit code, and one sentence on stderr."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import Protocol, Union

from ramwire.errors import RemoteError, ReplyLost, ServerGone, Timeout, WireError


class Exit(IntEnum):
    """The exit codes, the same for every subcommand."""

    DONE = 0
    RAISED = 1
    USAGE = 2
    NOBODY = 3
    TIMED_OUT = 4
    REFUSED = 5


class WrongUsage(Exception):
    """The command line asks for something that cannot be; the text says what to write instead."""


class Command(Protocol):
    """A subcommand with its arguments."""

    def run(self) -> int:
        """Do it; the exit code. Raises `WrongUsage` or a `WireError`."""


def exit_of(error: WireError) -> Exit:
    """The exit code that tells this error."""
    if isinstance(error, RemoteError):
        return Exit.RAISED
    if isinstance(error, Timeout):
        return Exit.NOBODY if error.nobody else Exit.TIMED_OUT
    if isinstance(error, (ServerGone, ReplyLost)):
        return Exit.NOBODY
    return Exit.REFUSED


def tell(text: str) -> None:
    """One line of the result on stdout, at once; in UTF-8 whatever the locale says."""
    put(text.encode("utf-8", "backslashreplace") + b"\n")


def put(content: Union[bytes, bytearray]) -> None:
    """The result on stdout, past its buffer: what cannot be written is known here, not at the exit."""
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(sys.stdout.fileno(), rest) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WrongUsage(f"the output cannot be written: {error.strerror}") from error


def say(text: str) -> None:
    """One sentence on stderr. What came over a wire cannot move the terminal's cursor."""
    sys.stderr.write(f"ramwire: {printable(text)}\n")


def printable(text: str) -> str:
    """The text with every control character but the newline spelt out."""
    return "".join(mark if mark.isprintable() or mark == "\n" else repr(mark)[1:-1] for mark in text)
