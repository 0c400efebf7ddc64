"""`POST /verbs/VERB`: the body is the arguments, the response is the value."""

from __future__ import annotations

from collections.abc import Sequence

from ramwire import line as lines
from ramwire.errors import BadMessage, RemoteError
from ramwire.http import styles, values
from ramwire.http.styles import JSON, Asking, Outcome, Reply

_STATUS = {styles.UNKNOWN_VERB: 404, styles.WRONG_ARGUMENTS: 400}


class Posted(Asking):
    """One call; `failed` is the answer where it cannot be run."""

    def __init__(self, line: bytes | None, failed: BadMessage | None = None) -> None:
        self.lines = [] if line is None else [line]
        self._failed = failed

    def reply(self, outcomes: Sequence[Outcome]) -> Reply:
        if self._failed is not None:
            return _failure(styles.told(self._failed))
        (outcome,) = outcomes
        if outcome.error is not None:
            return _failure(styles.told(outcome.error))
        if self.lines[0] == lines.HELLO:
            return Reply(204, JSON, b"")
        try:
            return Reply(200, JSON, values.write(outcome.value))
        except BadMessage as cannot:
            return _failure(RemoteError(str(cannot), "BadMessage"), 500)


def read(verb: str, body: bytes) -> Posted:
    """The call of a verb with the arguments in a body, which may be empty."""
    try:
        if not body.strip():
            return Posted(lines.encode(verb))
        args = values.read(verb, body)
        if isinstance(args, dict):
            return Posted(lines.encode(verb, (), args))
        return Posted(lines.encode(verb, args if isinstance(args, list) else (args,)))
    except BadMessage as error:
        return Posted(None, error)


def _failure(error: RemoteError, status: int = 0) -> Reply:
    body = values.write({"error": error.text, "kind": error.kind})
    return Reply(status or _STATUS.get(styles.code_of(error), 500), JSON, body)
