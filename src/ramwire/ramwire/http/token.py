"""The token that both ends of a wire beyond loopback have: in a file, or in the environment."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping

from ramwire.errors import Refused
from ramwire.url import Url

VARIABLE = "RAMWIRE_TOKEN"

OPTIONS: Mapping[str, str] = {
    "tokenfile": f"file (0600) with the bearer token that the server demands, in place of {VARIABLE}",
}

_MOST_BYTES = 4096
_is_token = re.compile(r"[A-Za-z0-9._~+/-]+=*").fullmatch


def token_of(url: Url) -> str | None:
    """The token that this end has been given, if it has. Raises `Refused` for a file that is not safe."""
    path = url.options.get("tokenfile")
    if path is not None:
        return _checked(_read(path), path)
    text = os.environ.get(VARIABLE)
    return _checked(text, VARIABLE) if text else None


def _checked(text: str, where: str) -> str:
    token = text.strip()
    if not _is_token(token):
        raise Refused(f"{where} has no bearer token: one word of letters, digits and any of ._~+/-")
    return token


def _read(path: str) -> str:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(f"the token's file {path} cannot be read: {error.strerror}") from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Refused(f"the token's file {path} is not a file")
        if status.st_uid != os.geteuid():
            raise Refused(
                f"the token's file {path} belongs to user {status.st_uid}, and this is {os.geteuid()}"
            )
        if stat.S_IMODE(status.st_mode) & 0o077:
            mode = stat.S_IMODE(status.st_mode)
            raise Refused(f"the token's file {path} is open to other users ({mode:04o}): chmod 600 {path}")
        return os.read(fd, _MOST_BYTES).decode(errors="replace")
    except OSError as error:
        raise Refused(f"the token's file {path} cannot be read: {error.strerror}") from error
    finally:
        os.close(fd)
