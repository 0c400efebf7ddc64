"""The server's end of the `tcp:` wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.connection import key
from ramwire.contract import Answer
from ramwire.sessions.server import SessionServer
from ramwire.tcp.listener import TcpListener
from ramwire.url import Url


class TcpServer(SessionServer):
    """See `ramwire.contract.ServerWire`."""

    options: ClassVar[Mapping[str, str]] = key.OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer, TcpListener(url))
