"""A verb's value in a reply: JSON where that says it exactly, and a pickle of plain values where it does not.

So every program reads most answers, and tuples, bytes or times arrive at a client of ours as what they
were.
"""

from __future__ import annotations

import json
import re
import sys

from ramwire import pickles
from ramwire.errors import BadMessage
from ramwire.redis.entries import JSON, PICKLE

# An older Python reads a number of a million digits in minutes; a newer one refuses it.
_is_patient = not hasattr(sys, "get_int_max_str_digits")
_has_endless_number = re.compile(rb"[0-9]{1000}").search


def write(value: object, pickles_are_read: bool) -> tuple[bytes, bytes]:
    """The reply's kind and body. Raises `BadMessage` for a value that cannot be carried."""
    if not pickles_are_read:
        return JSON, _as_json(value)
    try:
        if _is_json(value):
            return JSON, _as_json(value)
    except (RecursionError, BadMessage):
        pass  # nested too deeply, or with a NaN in it: a pickle may carry that
    return PICKLE, pickles.dumps(value)


def read(kind: bytes, body: bytes) -> object:
    """What `write` has written, by whoever did. Raises `BadMessage`."""
    if kind == PICKLE:
        return pickles.loads_foreign(body)
    if _is_patient and len(body) > 1000 and _has_endless_number(body):
        raise BadMessage("an answer with a number of more than 999 digits")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"an answer that is no JSON: {error}") from error


def _is_json(value: object) -> bool:
    """Whether JSON gives it back as it is: no tuple, no key but a text, no class of its own."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and _is_json(item) for key, item in value.items())  # type: ignore[attr-defined]
    if kind is list:
        return all(map(_is_json, value))  # type: ignore[call-overload]
    if kind is int:
        return -_EXACT < value < _EXACT  # type: ignore[operator]
    return kind in _SCALARS


_SCALARS = frozenset((str, float, bool, type(None)))
_EXACT = 1 << 1024


def _as_json(value: object) -> bytes:
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadMessage(f"a {type(value).__name__} cannot be written as JSON: {error}") from error
