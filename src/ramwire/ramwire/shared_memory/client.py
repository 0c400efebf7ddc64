"""The client's end of the `mmap:` wire."""

from __future__ import annotations

from ramwire.sessions.client import SessionClient
from ramwire.shared_memory.connector import MmapConnector
from ramwire.shared_memory.place import path_of
from ramwire.url import Url


class MmapClient(SessionClient):
    """See `ramwire.contract.ClientWire`. It has no options."""

    def __init__(self, url: Url) -> None:
        super().__init__(url, MmapConnector(path_of(url)))
