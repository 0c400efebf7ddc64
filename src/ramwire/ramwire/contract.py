"""What a wire must bring: one class for each end of a service, and one for channels where it has them.

Everything else is the same on every wire.

A wire carries a request's line (`ramwire.line`) to a server and a value or an error back. What is promised is
in `docs/protocol/README.md`; `ramwire.testing` is the suite that each wire has to pass. All deadlines are
moments of `time.monotonic()`.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Literal

from ramwire.url import Url

if TYPE_CHECKING:
    from concurrent.futures import Future

Answer = Callable[[bytes], object]
"""Runs a line. Returns the value, or a `concurrent.futures.Future` where the answer comes later; raises what
the verb raised."""

Moment = Callable[[], None]

PLAIN = frozenset((dict, list, tuple, str, bytes, int, float, bool, type(None)))
"""Types of values that are answers themselves, as nearly all are."""


def as_future(value: object) -> Future[Any] | None:
    """What a verb has returned, if its answer comes later."""
    # Where nobody has imported futures there is none, and to import them takes longer than a hundred calls.
    futures = sys.modules.get("concurrent.futures")
    kind = getattr(futures, "Future", None)
    return value if kind is not None and isinstance(value, kind) else None


End = Literal["server", "client"]
"""Which of a channel's two ends."""


def _nothing() -> None:
    pass


class ClientWire(ABC):
    """A client's end. Any number of threads may use it at once; requests of different threads are
    independent.

    Making one neither needs nor looks for a server.
    """

    options: ClassVar[Mapping[str, str]] = {}
    """The URL options that this wire knows: name to one line of help."""

    def __init__(self, url: Url) -> None:
        self.url = url

    @abstractmethod
    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        """Send, and wait for the value. Raises a `WireError`; by the deadline it always ends.

        `deferred` is called at most once, when the server says that the verb has returned and its answer
        comes later: the next request may then be sent without overtaking. Not promised: that it is called at
        all.
        """

    @abstractmethod
    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        """Send; `taken` is called when a server has it, and it returns when the verb has returned.

        The deadline is for the taking alone. What the verb returns or raises is nobody's.
        """

    @abstractmethod
    def ping(self, deadline: float) -> None:
        """Send the handshake, and wait until it was taken."""

    @abstractmethod
    def close(self) -> None:
        """End every call in progress (`Refused`), and remove what this end has made. May be called twice."""


class ServerWire(ABC):
    """A server's end: calls `answer` for each request, in the order that each client sent them.

    A request that cannot be read, or that raises, harms no other.
    """

    options: ClassVar[Mapping[str, str]] = {}

    def __init__(self, url: Url, answer: Answer) -> None:
        self.url = url
        self.answer = answer

    @abstractmethod
    def open(self) -> None:
        """Take the service's name, or raise `Refused` with the holder's pid. Requests that wait are kept."""

    @abstractmethod
    def serve(self) -> None:
        """Answer requests until `stop`. Called once, after `open`."""

    @abstractmethod
    def stop(self) -> None:
        """Make `serve` return, and remove what this end has made. From any thread, a verb's too; may be
        called twice.

        Verbs that run go on to their end; an answer that is not ready by then is `ServerGone` at its caller.
        """


class ChannelWire(ABC):
    """One end of a channel: whole messages both ways. Any number of threads may use it at once.

    Making one neither needs nor looks for the other end.
    """

    options: ClassVar[Mapping[str, str]] = {}

    def __init__(self, url: Url, end: End) -> None:
        self.url = url
        self.end = end

    @abstractmethod
    def send(self, message: bytes, deadline: float) -> None:
        """Send whole, or not at all. Raises `Timeout` by the deadline (which may be infinite), `BadMessage`
        for what the wire cannot carry, `Refused` when this end is closed.

        Not promised: that the other end has received it.
        """

    @abstractmethod
    def receive(self, deadline: float) -> bytes:
        """The next message. Raises `Timeout` by the deadline, `Refused` when this end is closed.

        What breaks the wire's format is logged and passed over; it raises nothing here.
        """

    @abstractmethod
    def close(self) -> None:
        """End every `send` and `receive` in progress within a second, whatever the other end does, and remove
        what this end has made. From any thread; may be called twice.
        """
