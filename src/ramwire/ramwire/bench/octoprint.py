"""OctoPrint's REST, of a server that runs already: GET /api/version, with a key, over one connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Callable
from urllib.parse import urlsplit

from ramwire.bench.contenders import PATIENCE_S
from ramwire.bench.errors import Failed
from ramwire.bench.ground import Ground


def address(name: str, ground: Ground) -> str:
    del name, ground
    return os.environ["OCTOPRINT_URL"]


def serve(address: str, ready: Callable[[], None]) -> None:
    raise NotImplementedError(f"OctoPrint at {address} is somebody else's: {ready} is not called")


class RestCaller:
    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connection(parts.netloc, timeout=PATIENCE_S)
        self._path = f"{parts.path.rstrip('/')}/api/version"
        self._headers = {"X-Api-Key": os.environ["OCTOPRINT_API_KEY"]}
        self.close = self._connection.close

    def call(self, verb: str, arguments: Mapping[str, object]) -> object:
        """OctoPrint's own answer, whatever is asked for."""
        del verb, arguments
        try:
            self._connection.request("GET", self._path, headers=self._headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise Failed(f"OctoPrint at {self._connection.host} does not answer: {error}") from error
        if response.status != 200:
            raise Failed(f"OctoPrint answered {response.status}: is OCTOPRINT_API_KEY right?")
        return content


def connect(address: str) -> RestCaller:
    return RestCaller(address)
