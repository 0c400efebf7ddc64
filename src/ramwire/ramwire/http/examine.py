"""Looks at an `http:` address: who listens there, and what it says to a GET, which asks for nothing."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

from ramwire import ports
from ramwire.diagnosis import Finding, held_by
from ramwire.errors import Refused
from ramwire.http import signs, token
from ramwire.http.address import Address, address_of, is_loopback
from ramwire.url import Url

_PATIENCE_S = 2.0
_MOST_BYTES = 1000


def examine(url: Url) -> Iterator[Finding]:
    """The findings, in the order in which one would mend them."""
    address = address_of(url)
    try:
        secret = token.token_of(url)
    except Refused as error:
        yield Finding("fault", str(error), "Mend the token's file: both ends read it.")
        return
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        yield Finding("fault", f"{address.host} is not known: {error.strerror}", "Is the name right?")
        return
    numbers = sorted({str(place[0]) for _, _, _, _, place in found})
    is_near = all(map(is_loopback, numbers))
    if not is_near and secret is None:
        remedy = f"Set {token.VARIABLE} or give ?tokenfile=FILE at both ends."
        yield Finding("fault", f"{address.host} is beyond loopback, and here is no token", remedy)
    if is_near and not ports.is_held(address.port):
        yield Finding("fault", f"nobody listens on port {address.port}", "Start the server.")
        return
    if is_near:
        yield from _holder(address.port)
    yield from _what_it_says(address, secret)


def _holder(port: int) -> Iterator[Finding]:
    pid = ports.holder_of(port)
    if pid is None:
        yield Finding("note", f"port {port} is held by a process that cannot be seen from here")
    else:
        yield held_by(pid)


def _what_it_says(address: Address, secret: str | None) -> Iterator[Finding]:
    asking = http.client.HTTPConnection(address.host, address.port, timeout=_PATIENCE_S)
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    try:
        asking.request("GET", "/jsonrpc", headers=headers)
        said = asking.getresponse()
        text = said.read(_MOST_BYTES).decode(errors="replace").strip()
    except socket.timeout:
        yield Finding("fault", "it is connected, and says nothing", "Is the server stopped, or too busy?")
    except (OSError, http.client.HTTPException) as error:
        yield Finding("fault", f"it does not answer: {error}", "Start the server; does it speak HTTP?")
    else:
        yield _judge(said, text)
    finally:
        asking.close()


def _judge(said: http.client.HTTPResponse, text: str) -> Finding:
    if said.status == http.client.UNAUTHORIZED:
        remedy = f"Give both ends the same {token.VARIABLE} or ?tokenfile=."
        return Finding("fault", "the server demands another token", remedy)
    if said.getheader("Server") != signs.SERVER:
        what = f"it is no server of ramwire ({said.status} to GET /jsonrpc)"
        return Finding("note", what, "Any server of JSON-RPC 2.0 at /jsonrpc will do.")
    if said.status != http.client.METHOD_NOT_ALLOWED:
        return Finding("fault", f"it refuses: {text}", "Name it as the server's own address does.")
    return Finding("fine", "it answers, and would let this end in")
