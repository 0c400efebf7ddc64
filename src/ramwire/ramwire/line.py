"""A request's line: `VERB`, or `VERB ARGS` with ARGS one JSON value, in UTF-8, ended by a newline.

An array is positional arguments, an object named ones, anything else the single argument.
NaN and Infinity are no JSON, and are refused at both ends.
"""

from __future__ import annotations

import json
import json.encoder
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from ramwire.errors import BadMessage

HELLO = b"Hello\n"
"""The handshake: it is taken, and has no answer."""

MAX_LINE_BYTES = 4 << 20
_MOST_DIGITS = 999

_is_verb = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*").fullmatch


class Request(NamedTuple):
    """A line taken apart: `verb(*positional, **named)`."""

    verb: str
    positional: Sequence[object]
    named: Mapping[str, object]


_NOTHING: Mapping[str, object] = {}


def _refuse_constant(text: str) -> NoReturn:
    raise BadMessage(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise BadMessage(f"{text[:40]} is too large a number")
    return value


def _short(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise BadMessage(f"a number has more than {_MOST_DIGITS} digits: {digits[:40]}…")
    return int(digits)


def _refuse_type(value: object) -> NoReturn:
    raise BadMessage(f"an argument of type {type(value).__name__} cannot be written as JSON")


# Its C half, called at once: a JSONDecoder's own methods look for white space first, and cost as much again.
# Python reads 1e999 as infinity: a function for each float costs less than to look for such in each request.
_scan = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).scan_once  # type: ignore[attr-defined]
_scan_wary = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_short
).scan_once  # type: ignore[attr-defined]
# Among every 50th byte: there a thousand digits in a row are nineteen, and a megabyte is soon looked through.
_has_digits = re.compile(rb"[0-9]{19}").search
_encode_slowly = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=_refuse_type)

# A JSONEncoder builds its C half anew for each value; made once it takes a third of the time.
_c_make_encoder = getattr(json.encoder, "c_make_encoder", None)
_encode_fast = _c_make_encoder and _c_make_encoder(
    None, _refuse_type, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False
)


def check_verb(verb: str) -> str:
    """The verb itself, if its name may stand on a wire."""
    if not _is_verb(verb):
        raise BadMessage(f"{verb!r} is no verb: letters, digits, _ and . only, beginning with a letter or _")
    return verb


def encode(verb: str, positional: Sequence[object] = (), named: Mapping[str, object] = _NOTHING) -> bytes:
    """The line that asks for `verb(*positional)` or `verb(**named)`; both at once cannot be said in one
    value.
    """
    if not _is_verb(verb):
        check_verb(verb)
    if not positional and not named:
        return verb.encode() + b"\n"
    if positional and named:
        raise BadMessage(f"{verb}: give its arguments either all by position or all by name")
    args = named or positional
    try:
        text = "".join(_encode_fast(args, 0)) if _encode_fast else _encode_slowly.encode(args)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"{verb}: its arguments cannot be written as JSON: {error}") from error
    line = f"{verb} {text}\n".encode()
    if len(line) > MAX_LINE_BYTES:
        _refuse_long(line)
    return line


def _refuse_long(line: bytes) -> NoReturn:
    raise BadMessage(f"the request has {len(line)} bytes; {MAX_LINE_BYTES} are the most")


def decode(line: bytes) -> Request:
    """Take a line apart. Its newline may be missing; anything after it may not be there."""
    return Request(*take_apart(line))


def take_apart(line: bytes) -> tuple[str, Sequence[object], Mapping[str, object]]:
    """`decode`, whose parts have no names: for each request, those would take a tenth of the time."""
    if len(line) > MAX_LINE_BYTES:
        _refuse_long(line)
    try:
        verb, _, args = line.decode().rstrip().partition(" ")
    except UnicodeDecodeError as error:
        raise BadMessage("the request is not UTF-8") from error
    if not _is_verb(verb):
        raise BadMessage(f"the request does not begin with a verb: {verb[:40]!r}")
    if not args:
        return verb, (), _NOTHING
    if "\n" in args:
        raise BadMessage("the request has more than one line")
    value = decode_json(verb, args.lstrip(), line)
    if type(value) is dict:
        return verb, (), value
    if type(value) is list:
        return verb, value, _NOTHING
    return verb, (value,), _NOTHING


def decode_json(what: str, text: str, data: bytes) -> object:
    """The JSON value that a text is, without space around it. `data` has the same characters as bytes.

    Raises `BadMessage`, beginning with `what`, where it is none, or would hurt to read.
    """
    # Before 3.11 Python reads a number of a million digits in minutes.
    wary = len(data) > _MOST_DIGITS and _has_digits(data[::50])
    try:
        value, end = (_scan_wary if wary else _scan)(text, 0)
    except RecursionError as error:
        raise BadMessage(f"{what}: its JSON is nested too deeply") from error
    except StopIteration as error:
        raise BadMessage(f"{what}: not one JSON value: {text[:40]!r}") from error
    except ValueError as error:
        raise BadMessage(f"{what}: not one JSON value: {error}") from error
    if end != len(text):
        raise BadMessage(f"{what}: something follows its JSON value: {text[end : end + 40]!r}")
    return value
