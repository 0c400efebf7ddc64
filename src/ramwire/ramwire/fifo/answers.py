"""Answers on the two FIFOs: `ok JSON` or `error TEXT`, against the records of a session."""

from __future__ import annotations

import json

from ramwire import line, pickles
from ramwire.errors import BadMessage
from ramwire.fifo.framings.contract import Framing
from ramwire.remote import error_text
from ramwire.sessions import contract

_OK = b"ok"
_ERROR = b"error"


def frame_of(record: bytes, framing: Framing) -> bytes:
    """The frame that tells a client what a VALUE or an ERROR tells a session."""
    try:
        return framing.encode(_message(record))
    except BadMessage as error:
        return framing.encode(_error(error_text(error)))


def _message(record: bytes) -> bytes:
    kind, content = record[:1], record[1:]
    if kind == contract.ERROR:
        return _error(content)
    try:
        # In ASCII: a shell in any locale may read it.
        text = json.dumps(pickles.loads(content), allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadMessage(f"the value cannot be written as JSON: {error}") from error
    return _OK + b" " + text.encode()


def _error(text: bytes) -> bytes:
    # In one line, also where the framing could carry more: whoever shows it has a line for it.
    return _ERROR + b" " + b" ".join(text.split(b"\n"))


def record_of(message: bytes) -> bytes:
    """What a server's answer tells, as a session's record. Raises `BadMessage` for what is no answer."""
    word, _, content = message.rstrip(b"\r\n").partition(b" ")
    if word == _ERROR:
        return contract.ERROR + content
    if word != _OK:
        raise BadMessage(f"the server's answer is neither ok nor error: {message[:40]!r}")
    try:
        text = content.decode().strip()
    except UnicodeDecodeError as error:
        raise BadMessage("the server's answer is not UTF-8") from error
    value = line.decode_json("the server's answer", text, content) if text else None
    return contract.VALUE + pickles.dumps(value)
