"""The client's end of the `fifo:` wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import Moment
from ramwire.fifo.connector import FifoConnector
from ramwire.fifo.framings import framing_of
from ramwire.fifo.options import OPTIONS
from ramwire.sessions.client import SessionClient
from ramwire.url import Url


def _nothing() -> None:
    pass


class FifoClient(SessionClient):
    """See `ramwire.contract.ClientWire`. What the framing cannot carry is refused, also where the server is
    ours and no frame carries it.
    """

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url, FifoConnector(url))
        framing = framing_of(url)
        self._most_bytes = framing.most_bytes
        self._check_size = framing.check_size

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        if len(line) > self._most_bytes:
            self._check_size(line[:-1])
        return super().call(line, deadline, deferred)

    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        if len(line) > self._most_bytes:
            self._check_size(line[:-1])
        super().notify(line, deadline, taken)
