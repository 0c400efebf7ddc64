"""JSON-RPC 2.0 at the client: one message out, one back."""

from __future__ import annotations

from collections.abc import Mapping

import pjrpc

from ramwire.errors import BadMessage, RemoteError
from ramwire.http import values

_ID = 1  # one request at a time travels on a connection, and HTTP says whose answer it is


def call(line: bytes) -> bytes:
    """The request for a line's verb."""
    return b'{"jsonrpc":"2.0","id":%d,%s}' % (_ID, _members(line))


def note(line: bytes) -> bytes:
    """The notification for a line's verb, the handshake's too."""
    return b'{"jsonrpc":"2.0",%s}' % _members(line)


def _members(line: bytes) -> bytes:
    # The line has the arguments as JSON already: an array, or an object.
    verb, _, args = line.rstrip(b"\n").partition(b" ")
    params = b',"params":' + args if args else b""
    return b'"method":"%s"%s' % (verb, params)


def answer(body: bytes) -> object:
    """The value in a response. Raises the `RemoteError` that it has instead, or `BadMessage`."""
    document = values.read("the answer", body)
    try:
        response = pjrpc.Response.from_json(_without_nulls(document))
    except pjrpc.exc.DeserializationError as error:
        raise BadMessage(f"the answer is no response of JSON-RPC 2.0: {error}") from error
    if response.is_error:
        raise _told(response.unwrap_error())
    if response.id != _ID or isinstance(response.id, bool):
        raise BadMessage(f"the answer is for another request: {response.id!r}")
    return response.unwrap_result()


def _without_nulls(document: object) -> object:
    """Servers that were written for JSON-RPC 1.0 name both, and one is null."""
    if isinstance(document, dict) and "error" in document and "result" in document:
        null = "error" if document["error"] is None else "result"
        return {name: value for name, value in document.items() if name != null or value is not None}
    return document


def _told(error: pjrpc.exc.JsonRpcError) -> RemoteError:
    data = error.data if isinstance(error.data, Mapping) else {}
    kind, text = data.get("kind", ""), data.get("text", error.message)
    return RemoteError(
        text if isinstance(text, str) else error.message, kind if isinstance(kind, str) else ""
    )
