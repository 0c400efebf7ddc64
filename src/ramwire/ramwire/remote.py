"""An exception on its way from a verb to its caller: `KIND: text`, KIND being the name of its class."""

from __future__ import annotations

import re

from ramwire.errors import RemoteError

_split = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_.]*): )?(.*)", re.DOTALL).fullmatch


def error_text(error: BaseException) -> bytes:
    """What a wire carries of an exception, in UTF-8."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - whatever it was, its caller is to have an answer
        text = "(its text cannot be told)"
    return f"{type(error).__name__}: {text}".encode(errors="replace")


def read_error(data: bytes) -> RemoteError:
    """What `error_text` has written; from a foreign server KIND may be missing."""
    match = _split(data.decode(errors="replace").rstrip("\n"))
    return RemoteError(match[2], match[1] or "") if match else RemoteError("")
