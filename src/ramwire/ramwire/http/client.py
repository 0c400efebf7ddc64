"""The client's end of the `http:` wire: calls go as JSON-RPC 2.0, so that any server of that is a peer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import Moment
from ramwire.http import calls, token
from ramwire.http.connector import HttpConnector
from ramwire.sessions import contract
from ramwire.sessions.client import SessionClient
from ramwire.url import Url

OPTIONS: Mapping[str, str] = {
    **token.OPTIONS,
    "patience": "seconds that a request may take to come in at the server, or a connection lie unused (60)",
}


def _nothing() -> None:
    pass


class HttpClient(SessionClient):
    """See `ramwire.contract.ClientWire`. A connection for each request under way, kept for the next."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url, HttpConnector(url))

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        record = self._exchange(contract.CALL + line, deadline, self._hear_answer, deferred)
        return calls.answer(record[1:])
