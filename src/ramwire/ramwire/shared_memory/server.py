"""The server's end of the `mmap:` wire."""

from __future__ import annotations

from ramwire.contract import Answer
from ramwire.sessions.server import SessionServer
from ramwire.shared_memory.listener import MmapListener
from ramwire.shared_memory.place import path_of
from ramwire.url import Url


class MmapServer(SessionServer):
    """See `ramwire.contract.ServerWire`. It has no options."""

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer, MmapListener(path_of(url)))
