"""The server's end of the `fifo:` wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import Answer
from ramwire.fifo.listener import FifoListener
from ramwire.fifo.options import OPTIONS
from ramwire.sessions.server import SessionServer
from ramwire.url import Url


class FifoServer(SessionServer):
    """See `ramwire.contract.ServerWire`."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer, FifoListener(url))
