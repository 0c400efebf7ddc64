"""A channel: whole messages both ways between two ends, without verbs."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, cast, overload

from ramwire import registry
from ramwire.errors import BadMessage, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ramwire.contract import End

log = logging.getLogger(__name__)

M = TypeVar("M")  # str or bytes; a constraint would have mypy check every line twice


class Channel(Generic[M]):
    """One end of a channel, which sends and receives texts, or bytes with `text=False`.

    >>> with Channel("fifo:/dev/shm/x", end="server") as channel:  # doctest: +SKIP
    ...     channel.send("ready")
    ...     for message in channel:  # until another thread closes it
    ...         print(message)

    The two ends are called "server" and "client"; both send and receive, and either may come first. May be
    used by many threads at once.
    """

    @overload
    def __init__(self: Channel[str], url: str, end: End, text: Literal[True] = True) -> None: ...

    @overload
    def __init__(self: Channel[bytes], url: str, end: End, text: Literal[False]) -> None: ...

    def __init__(self, url: str, end: End, text: bool = True) -> None:
        """Raises `Refused` for an address that has no channels, or that is not safe to use."""
        self.end = end
        self._is_text = text
        self._is_closed = False
        self._is_garbled = False
        self._wire = registry.channel_wire(url, end)
        self.url = self._wire.url.text  # without a password

    def send(self, message: M, timeout: float | None = None) -> None:
        """Send one message, whole or not at all. Waits for the other end where the wire must, `timeout`
        seconds at most (None: for ever).

        Raises `Timeout`, `BadMessage` for what the wire cannot carry, `Refused` once this end is closed.
        """
        self._wire.send(self._bytes(message), _deadline(timeout))

    def recv(self, timeout: float | None = None) -> M:
        """The next message; waits `timeout` seconds at most (None: for ever).

        Raises `Timeout`, and `Refused` once this end is closed. A message that is no UTF-8 is dropped where
        texts are wanted, with a warning in the log for the first of several.
        """
        deadline = _deadline(timeout)
        while True:
            message = self._wire.receive(deadline)
            if not self._is_text:
                return cast("M", message)
            try:
                text = message.decode()
            except UnicodeDecodeError as error:
                self._complain(message, error)
            else:
                self._is_garbled = False
                return cast("M", text)

    def _complain(self, message: bytes, error: UnicodeDecodeError) -> None:
        if not self._is_garbled:
            self._is_garbled = True
            log.warning("%s: a message of %d bytes is dropped: %s", self.url, len(message), error)

    def close(self) -> None:
        """End what is blocked in `send` or `recv` (`Refused`), and remove what this end has made. From any
        thread; may be called twice.
        """
        self._is_closed = True
        self._wire.close()

    def __iter__(self) -> Iterator[M]:
        """The messages as they come, until this end is closed. Raises `Refused` where the wire fails."""
        while True:
            try:
                message = self.recv()
            except Refused:
                if self._is_closed:
                    return
                raise
            yield message

    def __enter__(self) -> Channel[M]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bytes(self, message: M) -> bytes:
        if self._is_text and isinstance(message, str):
            try:
                return message.encode()
            except UnicodeEncodeError as error:
                raise BadMessage(f"{self.url}: this text is no Unicode: {error}") from error
        if not self._is_text and isinstance(message, (bytes, bytearray)):
            return bytes(message)
        wanted = "str" if self._is_text else "bytes (text=False)"
        raise BadMessage(f"{self.url}: this channel sends {wanted}, not {type(message).__name__}")


def _deadline(timeout: float | None) -> float:
    return float("inf") if timeout is None else time.monotonic() + timeout
