"""JSON-RPC 2.0 at the server: requests, notifications and batches of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional, Union, cast

import pjrpc

from ramwire import line as lines
from ramwire.errors import BadMessage, RemoteError
from ramwire.http import styles, values
from ramwire.http.styles import JSON, Asking, Outcome, Reply
from ramwire.sessions.contract import MAX_REPLY_BYTES

MOST_IN_A_BATCH = 1000

Id = Union[str, int, None]


class _Message(NamedTuple):
    """One message of a document. `line` is None where it cannot be run, and `error` is the answer then."""

    id: Id
    wants_answer: bool
    line: Optional[bytes]
    error: Optional[pjrpc.exc.JsonRpcError] = None


class Document(Asking):
    """One message, or a batch of them."""

    def __init__(self, messages: Sequence[_Message], is_batch: bool) -> None:
        self._messages = messages
        self._is_batch = is_batch
        self.lines = [message.line for message in messages if message.line is not None]
        self.is_note = not any(message.wants_answer for message in messages)

    def reply(self, outcomes: Sequence[Outcome]) -> Reply:
        answers = list(self._answers(iter(outcomes)))
        if not answers:
            return Reply(204, JSON, b"")
        body = b"[" + b",".join(answers) + b"]" if self._is_batch else answers[0]
        return Reply(200, JSON, body)

    def _answers(self, outcomes: Iterator[Outcome]) -> Iterator[bytes]:
        left_bytes = MAX_REPLY_BYTES
        for message in self._messages:
            outcome = next(outcomes) if message.line is not None else Outcome()
            if message.wants_answer:
                answer = _answer(message, outcome)
                if len(answer) > left_bytes:
                    answer = _failure(message, f"the batch's answers have more than {MAX_REPLY_BYTES} bytes")
                left_bytes -= len(answer)
                yield answer


def read(body: bytes) -> Document:
    """The document in a body, which may be one error."""
    try:
        document = values.read("the request", body)
    except BadMessage as error:
        return _one_error(styles.NOT_READABLE, str(error))
    if not isinstance(document, list):
        return Document([_message(document)], is_batch=False)
    if not document:
        return _one_error(styles.NO_REQUEST, "the batch is empty")
    if len(document) > MOST_IN_A_BATCH:
        return _one_error(
            styles.NO_REQUEST, f"the batch has {len(document)} requests; {MOST_IN_A_BATCH} are the most"
        )
    return Document([_message(part) for part in document], is_batch=True)


def _one_error(code: int, text: str) -> Document:
    return Document([_broken(None, code, text)], is_batch=False)


def _broken(number: Id, code: int, text: str, wants_answer: bool = True) -> _Message:
    error = pjrpc.exc.JsonRpcError(code=code, message=text, data={"kind": "BadMessage"})
    return _Message(number, wants_answer, None, error)


def _message(part: object) -> _Message:
    try:
        request = pjrpc.Request.from_json(part)
    except pjrpc.exc.DeserializationError as error:
        return _broken(None, styles.NO_REQUEST, str(error))
    # pjrpc takes an `id` of null for none, and true for a number. Null is an id, if a discouraged one.
    if isinstance(request.id, bool):
        return _broken(None, styles.NO_REQUEST, "field 'id' must be of type integer or string")
    wants_answer = "id" in cast("Mapping[str, object]", part)
    try:
        lines.check_verb(request.method)
    except BadMessage as error:
        return _broken(request.id, styles.UNKNOWN_VERB, str(error), wants_answer)
    try:
        return _Message(request.id, wants_answer, _line(request))
    except BadMessage as error:
        return _broken(request.id, styles.WRONG_ARGUMENTS, str(error), wants_answer)


def _line(request: pjrpc.Request) -> bytes:
    params = request.params
    if isinstance(params, dict):
        return lines.encode(request.method, (), params)
    return lines.encode(request.method, cast("Sequence[object]", params or ()))


def _answer(message: _Message, outcome: Outcome) -> bytes:
    if message.error is not None:
        return _written(pjrpc.Response(id=message.id, error=message.error))
    if outcome.error is not None:
        error = styles.told(outcome.error)
        return _written(pjrpc.Response(id=message.id, error=_error(styles.code_of(error), error)))
    try:
        return _written(pjrpc.Response(id=message.id, result=outcome.value))
    except BadMessage as cannot:
        return _failure(message, str(cannot))


def _failure(message: _Message, text: str) -> bytes:
    error = _error(styles.INTERNAL, RemoteError(text, "BadMessage"))
    return _written(pjrpc.Response(id=message.id, error=error))


def _written(response: pjrpc.Response) -> bytes:
    return values.write(response.to_json())


def _error(code: int, error: RemoteError) -> pjrpc.exc.JsonRpcError:
    data = {"kind": error.kind}
    if not error.text:  # a message must say something
        data["text"] = ""
    return pjrpc.exc.JsonRpcError(code=code, message=error.text or error.kind, data=data)
