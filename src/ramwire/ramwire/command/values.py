"""JSON on the command line and on stdout: arguments in, answers out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NoReturn

from ramwire.command.outcome import WrongUsage

_is_name = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch


def positional(texts: Sequence[str]) -> list[object]:
    """Each text one argument: JSON, `@FILE` or `@-`."""
    return [_value(text, text) for text in texts]


def named(texts: Sequence[str]) -> dict[str, object]:
    """Each text `NAME=VALUE`, VALUE being JSON, `@FILE` or `@-`."""
    values: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not _is_name(name):
            raise WrongUsage(f"--named {text} must read NAME=JSON, as in --named bed=60")
        if name in values:
            raise WrongUsage(f"--named {name} is given twice")
        if name == "timeout":
            raise WrongUsage("--named timeout=… cannot be told from the call's own; --timeout S is that one")
        values[name] = _value(value, f"--named {text}")
    return values


def _value(text: str, shown: str) -> object:
    if text.startswith("@"):
        return _from_file(text[1:])
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise WrongUsage(f"{shown[:60]}… is nested too deeply") from None
    except ValueError:
        quoted = json.dumps(text, ensure_ascii=False)
        raise WrongUsage(f"{shown} is not JSON; a text keeps its own quotes: '{quoted}'") from None


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _from_file(name: str) -> object:
    """The text of a file without its last newline; the value in it where the name ends in `.json`.

    By the name, not by the content: an API key of digits alone is a text, too.
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read().decode()
        else:
            with open(name, encoding="utf-8") as file:
                content = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"@{name} cannot be read: {error}") from error
    if not name.endswith(".json"):
        return content[:-1] if content.endswith("\n") else content
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"@{name} is not JSON: {error}") from error


def to_json(value: object) -> str:
    """The answer as one line of JSON.

    What JSON has no form for becomes a text: bytes in base64, dates and times by ISO 8601, NaN and the
    infinities by name, anything else as `str` gives it. Sets and tuples become arrays, a set's in order; keys
    become texts.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only its escape can be written
        return json.dumps(plain)
    return text


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=json.dumps)
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and isfinite(value)):
        return value
    return _as_text(value)


def _as_text(value: object) -> str:
    import base64  # noqa: PLC0415 - few answers need these two, and all would wait for them
    import datetime  # noqa: PLC0415

    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _key(key: object) -> str:
    plain = _plain(key)
    return plain if isinstance(plain, str) else json.dumps(plain)
