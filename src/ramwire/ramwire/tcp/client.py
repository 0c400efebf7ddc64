"""The client's end of the `tcp:` wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.connection import key
from ramwire.sessions.client import SessionClient
from ramwire.tcp.connector import TcpConnector
from ramwire.url import Url


class TcpClient(SessionClient):
    """See `ramwire.contract.ClientWire`."""

    options: ClassVar[Mapping[str, str]] = key.OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url, TcpConnector(url))
