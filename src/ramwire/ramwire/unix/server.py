"""The server's end of the `unix:` wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.connection import key
from ramwire.contract import Answer
from ramwire.sessions.server import SessionServer
from ramwire.unix.listener import UnixListener
from ramwire.url import Url


class UnixServer(SessionServer):
    """See `ramwire.contract.ServerWire`."""

    options: ClassVar[Mapping[str, str]] = key.OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer, UnixListener(url))
