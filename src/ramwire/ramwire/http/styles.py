"""What the styles of asking have in common: a body is read into lines, and what came of these is replied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Optional

from ramwire.errors import RemoteError
from ramwire.line import MAX_LINE_BYTES
from ramwire.remote import error_text, read_error

JSON = "application/json"

MAX_BODY_BYTES = MAX_LINE_BYTES + (64 << 10)
"""A line, and what a style puts around it."""

# Where they are as JSON-RPC has them, XML-RPC has them too.
NOT_READABLE = -32700
NO_REQUEST = -32600
UNKNOWN_VERB = -32601
WRONG_ARGUMENTS = -32602
INTERNAL = -32603
RAISED = -32000

_CODES = {
    "UnknownVerb": UNKNOWN_VERB,
    "WrongArguments": WRONG_ARGUMENTS,
    "BadMessage": WRONG_ARGUMENTS,
}


class Outcome(NamedTuple):
    """What came of a line: a value, or what the verb raised."""

    value: object = None
    error: Optional[BaseException] = None


class Reply(NamedTuple):
    """A response's status, and its body with the media type; a status of 204 has none."""

    status: int
    media_type: str
    body: bytes


class Asking(ABC):
    """A request's body, as read: also one that cannot be read is replied to."""

    lines: Sequence[bytes]
    """To be run, in this order."""

    is_note = False
    """Whether nobody wants to know what comes of it."""

    @abstractmethod
    def reply(self, outcomes: Sequence[Outcome]) -> Reply:
        """The response, when each line has come to something."""


def told(error: BaseException) -> RemoteError:
    """Kind and text of what a verb raised."""
    return read_error(error_text(error))


def code_of(error: RemoteError) -> int:
    """The number that JSON-RPC and XML-RPC give to this kind of error."""
    return _CODES.get(error.kind, RAISED)
