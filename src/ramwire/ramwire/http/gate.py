"""Who may ask, and how: what is wrong with a request is known from its head.

A server on loopback needs no token, but is within reach of every page that a browser on this machine shows.
Such a page can send what a form can send, and more under a name of its own that it has had resolved to
127.0.0.1. So a request that names a page's origin is refused, or another host than this machine, or that has
a form's media type.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from functools import partial
from typing import Callable, NamedTuple, Optional
from urllib.parse import unquote

from ramwire.http import jsonrpc, posted, xmlrpc
from ramwire.http.address import is_loopback
from ramwire.http.styles import MAX_BODY_BYTES, Asking

WAYS = "POST JSON-RPC 2.0 to /jsonrpc, XML-RPC to /RPC2, or a verb's arguments as JSON to /verbs/VERB"

_JSON_TYPES = frozenset(("application/json", "application/json-rpc", "application/jsonrequest"))
_XML_TYPES = frozenset(("text/xml", "application/xml"))
_host_of = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/?#\s]+)(?::[0-9]*)?").fullmatch


class Refusal(NamedTuple):
    """A status, a sentence, and one header more where the status demands it."""

    status: int
    text: str
    header: Optional[tuple[str, str]] = None


class Head(NamedTuple):
    """A request's first line and headers; one that was given twice has its values joined by commas."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]


class Way(NamedTuple):
    """A style's place: what reads a body there, and the media types that it may have."""

    read: Callable[[bytes], Asking]
    media_types: frozenset[str]


class Gate:
    """`own_names` are the hosts that a request may name; None where any will do, as the token says enough."""

    def __init__(self, own_names: frozenset[str] | None, token: str | None) -> None:
        self._own_names = own_names
        self._authorization = None if token is None else f"Bearer {token}".encode()

    def check(self, head: Head) -> Way | Refusal:
        """The way that a request takes, or why it may not."""
        return self._check_host(head) or self._check_sender(head.headers) or _way(head)

    def _check_host(self, head: Head) -> Refusal | None:
        host = _host_of(head.headers.get("Host", ""))
        if host is None and ("Host" in head.headers or head.version != "HTTP/1.0"):
            return Refusal(400, "the Host header names no host")
        if self._own_names is not None and host is not None and not self._is_own(host[1]):
            return Refusal(421, f"this server is none of {host[1]}: name it localhost, or by its number")
        return None

    def _check_sender(self, headers: Mapping[str, str]) -> Refusal | None:
        if "Origin" in headers:
            return Refusal(403, "a page in a browser may not ask here (the request has an Origin header)")
        if self._authorization is not None:
            given = headers.get("Authorization", "").encode(errors="replace")
            if not hmac.compare_digest(given, self._authorization):
                text = "this server demands its bearer token: give RAMWIRE_TOKEN or ?tokenfile="
                return Refusal(401, text, ("WWW-Authenticate", "Bearer"))
        return None

    def _is_own(self, host: str) -> bool:
        return host.lower() in (self._own_names or ()) or is_loopback(host.strip("[]"))


def _way(head: Head) -> Way | Refusal:
    way = _find(head.target.partition("?")[0])
    if way is None:
        return Refusal(404, f"nothing is here: {WAYS}")
    if head.method != "POST":
        return Refusal(405, f"{head.method} does nothing here: {WAYS}", ("Allow", "POST"))
    return _check_body(way, head.headers) or way


def _find(path: str) -> Way | None:
    if path == "/jsonrpc":
        return Way(jsonrpc.read, _JSON_TYPES)
    if path == "/RPC2":
        return Way(xmlrpc.read, _XML_TYPES)
    place, _, verb = path.rpartition("/")
    return Way(partial(posted.read, unquote(verb)), _JSON_TYPES) if place == "/verbs" and verb else None


def _check_body(way: Way, headers: Mapping[str, str]) -> Refusal | None:
    length = headers.get("Content-Length", "")
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    has_body = length.strip("0") or "Transfer-Encoding" in headers
    if media_type not in way.media_types and (media_type or has_body):
        wanted = " or ".join(sorted(way.media_types))
        return Refusal(415, f"the Content-Type is {media_type or 'missing'}; it must be {wanted}")
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        return Refusal(415, "send the body without a Content-Encoding")
    if length.isdigit() and (len(length) > 10 or int(length) > MAX_BODY_BYTES):
        return too_large()
    return None


def too_large() -> Refusal:
    return Refusal(413, f"the body is too large: {MAX_BODY_BYTES} bytes are the most")
