"""Requests as any program may send them: by the standard library's client, or byte by byte."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A response."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    target: str,
    body: bytes | None = None,
    method: str = "POST",
    host: str = "127.0.0.1",
    **headers: str,
) -> Said:
    """One request; a header's name has `_` for `-`. Its Content-Type is JSON's where none is given."""
    connection = HTTPConnection(host, port, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        given = {"Content-Type": "application/json", **given}
    try:
        connection.request(method, target, body, given)
        response = connection.getresponse()
        return Said(response.status, response.headers, response.read())
    finally:
        connection.close()


def ask_jsonrpc(port: int, document: Any) -> Any:
    """What comes back for a document of JSON-RPC; None where nothing does."""
    said = ask(port, "/jsonrpc", json.dumps(document).encode())
    return said.value if said.body else None


def connect(port: int) -> socket.socket:
    """A connection to send bytes on."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def read_all(connection: socket.socket) -> bytes:
    """What the server says until it closes the connection."""
    parts = []
    try:
        while part := connection.recv(1 << 16):
            parts.append(part)
    except ConnectionError:  # closed, with something of ours unread
        pass
    return b"".join(parts)


def post(target: str, body: bytes) -> bytes:
    """A request's bytes."""
    head = f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
