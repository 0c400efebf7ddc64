"""The service that the suite talks to, in a process of its own: `python -m ramwire.testing.service URL`.

It says `ready` on its standard output when requests are taken.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import Future
from typing import Any

from ramwire.server import Server


class _Speechless(Exception):
    def __str__(self) -> str:
        raise LookupError("it has no text")


class Service:
    """The verbs, and what they have been asked so far."""

    def __init__(self) -> None:
        self._notes: list[Any] = []
        self._lock = threading.Lock()
        self._meeting = threading.Condition()
        self._met = 0
        self._parked: dict[str, Future[Any]] = {}

    def echo(self, value: Any = None) -> Any:
        """The value itself."""
        return value

    def add(self, a: float, b: float) -> float:
        """The sum."""
        return a + b

    def note(self, value: Any) -> None:
        """Remember a value."""
        with self._lock:
            self._notes.append(value)

    def note_slowly(self, value: Any, pause_s: float) -> None:
        """Remember a value after a pause."""
        time.sleep(pause_s)
        self.note(value)

    def notes(self) -> list[Any]:
        """What was remembered, in order."""
        with self._lock:
            return list(self._notes)

    def sleep(self, pause_s: float) -> float:
        """Return after a pause."""
        time.sleep(pause_s)
        return pause_s

    def meet(self, others: int) -> None:
        """Return when so many run this at once."""
        with self._meeting:
            self._met += 1
            self._meeting.notify_all()
            self._meeting.wait_for(lambda: self._met >= others)

    def fail(self, text: str) -> None:
        """Raise ValueError."""
        raise ValueError(text)

    def park(self, name: str) -> Future[Any]:
        """Answer when `release` is called with the same name."""
        with self._lock:
            return self._parked.setdefault(name, Future())

    def parked(self) -> list[str]:
        """Which names are parked."""
        with self._lock:
            return sorted(self._parked)

    def release(self, name: str, value: Any) -> None:
        """Answer what is parked under a name."""
        with self._lock:
            future = self._parked.pop(name)
        future.set_result(value)

    async def soon(self, value: Any) -> Any:
        """The value itself, from a coroutine."""
        return value

    def fail_without_words(self) -> None:
        """Raise an exception that cannot say what it is."""
        raise _Speechless

    def stranger(self) -> object:
        """Return something that no wire carries."""
        return self

    def pid(self) -> int:
        """The server's process."""
        return os.getpid()


def serve(url: str) -> Server:
    """A server of these verbs, not started yet."""
    service = Service()
    names = [name for name in vars(Service) if not name.startswith("_")]
    return Server(url, verbs={name: getattr(service, name) for name in names})


def main() -> None:
    server = serve(sys.argv[1])
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # until whoever started us closes it, or dies
    server.stop()


if __name__ == "__main__":
    main()
