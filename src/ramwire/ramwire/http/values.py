"""JSON, read and written: what a verb may be given, and what it may return."""

from __future__ import annotations

import json
from typing import NoReturn

from ramwire.errors import BadMessage
from ramwire.line import decode_json
from ramwire.sessions.contract import MAX_REPLY_BYTES

_SPACE = " \t\r\n"


def read(what: str, data: bytes) -> object:
    """The value in a document of JSON. `BadMessage`, beginning with `what`, where it has none."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadMessage(f"{what}: not UTF-8") from error
    return decode_json(what, text.strip(_SPACE), data)


def write(value: object) -> bytes:
    """A document of JSON. `BadMessage` for what JSON cannot say, and would come back as something else."""
    try:
        _check_names(value)
        data = _encoder.encode(value).encode()
    except RecursionError as error:
        raise BadMessage(f"a {type(value).__name__} is nested too deeply to be written as JSON") from error
    except ValueError as error:  # NaN, infinity, a circle
        raise BadMessage(f"a {type(value).__name__} cannot be written as JSON: {error}") from error
    if len(data) > MAX_REPLY_BYTES:
        raise BadMessage(f"the answer has {len(data)} bytes as JSON; {MAX_REPLY_BYTES} are the most")
    return data


def _refuse(value: object) -> NoReturn:
    raise BadMessage(f"a {type(value).__name__} cannot be written as JSON")


_encoder = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=_refuse)


def _check_names(value: object) -> None:
    """Python would write `{1: 2}` as `{"1": 2}`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise BadMessage(f"JSON's names are texts, and {name!r} is a {type(name).__name__}")
            _check_names(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_names(inner)
