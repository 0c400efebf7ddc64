"""What an entry of a stream says: requests in one direction, replies in the other.

A request has the fields `line` or, where only the verb's end is of interest, `note`; and `client TOKEN`
(its sender listens on the channel of that reply stream for as long as it waits) or `reply TOKEN` (it does
not). A reply has `for ID` and then one of `KINDS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from ramwire import line as lines
from ramwire.errors import BadMessage
from ramwire.redis.keys import is_token

JSON = b"json"
PICKLE = b"pickle"
ERROR = b"error"
LATER = b"later"
"""The verb has returned, and its answer comes later."""
TAKEN = b"taken"
"""Of the handshake and of notes: a server has it."""
DONE = b"done"
"""Of notes: the verb has returned."""
DROPPED = b"dropped"
"""It was not run, and may be sent again."""
GONE = b"gone"
"""The server has stopped, and will not answer."""

KINDS = frozenset((JSON, PICKLE, ERROR, LATER, TAKEN, DONE, DROPPED, GONE))

_MOST_FIELDS = 64


class Request(NamedTuple):
    """`token` is "" where nobody wants an answer."""

    id: bytes
    line: bytes
    is_note: bool
    token: bytes
    is_waited_for: bool
    """Its sender listens for as long as it waits: it runs only then."""


class Reply(NamedTuple):
    request: bytes
    kind: bytes
    body: bytes


def id_and_fields(entry: object) -> tuple[bytes, Sequence[bytes]]:
    """An entry as redis-py gives it: `[id, [name, value, ...]]`; None in place of the fields of one that was
    deleted.
    """
    if not (isinstance(entry, (list, tuple)) and len(entry) == 2 and isinstance(entry[0], bytes)):
        raise BadMessage("this is no entry of a stream")
    fields = entry[1]
    if fields is None:
        return entry[0], ()
    if not isinstance(fields, (list, tuple)) or not all(isinstance(field, bytes) for field in fields):
        raise BadMessage("the fields of this entry are no texts")
    return entry[0], cast("Sequence[bytes]", fields)


def read_request(id: bytes, fields: Sequence[bytes]) -> Request:  # noqa: A002 - Redis calls it so
    """Raises `BadMessage` for anything else than a request."""
    if len(fields) > _MOST_FIELDS or len(fields) % 2:
        raise BadMessage("a request has at most a few fields, each with a value")
    named = dict(zip(fields[::2], fields[1::2]))
    line = named.get(b"line", named.get(b"note"))
    if line is None:
        raise BadMessage("a request has a field `line`")
    if len(line) > lines.MAX_LINE_BYTES:
        raise BadMessage(f"the request has {len(line)} bytes; {lines.MAX_LINE_BYTES} are the most")
    token = named.get(b"client") or named.get(b"reply") or b""
    if token and not is_token(token):
        raise BadMessage("who wants the answer is a name of at most 64 letters and digits")
    return Request(id, line, b"note" in named, token, b"client" in named)


def read_reply(fields: Sequence[bytes]) -> Reply:
    """Raises `BadMessage` for anything else than a reply."""
    if len(fields) != 4 or fields[0] != b"for" or fields[2] not in KINDS:
        raise BadMessage("a reply has the fields `for` and one of those in the protocol")
    return Reply(fields[1], fields[2], fields[3])
