"""The key that both ends of a connection share, and where it comes from."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping

from ramwire.errors import NoSpace, Refused
from ramwire.url import Url

OPTIONS: Mapping[str, str] = {
    "keyfile": "the file that holds the key both ends share (else RAMWIRE_AUTHKEY holds it)",
}

_VARIABLE = "RAMWIRE_AUTHKEY"
_MOST_BYTES = 4096
_RANDOM_BYTES = 32


def given(url: Url) -> bytes | None:
    """The key that the address or the environment gives; None where neither does."""
    keyfile = url.options.get("keyfile")
    if keyfile is not None:
        return read(keyfile)
    key = os.environb.get(_VARIABLE.encode())
    if key == b"":
        raise Refused(f"{_VARIABLE} is set, but empty: put the key into it, or unset it")
    return key


def read(path: str) -> bytes:
    """The content of a key file, without the newline at its end."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = f"the key cannot be read from {path}: {error.strerror}"
        raise Refused(f"{what}; put the key that the other end has there, readable by this user") from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Refused(f"the key cannot be read from {path}: it is no regular file")
        if status.st_uid not in (os.geteuid(), 0):
            raise Refused(f"{path} belongs to another user (uid {status.st_uid}), who would know the key")
        if stat.S_IMODE(status.st_mode) & 0o007 and _is_within_reach_of_all(path):
            raise Refused(f"{path} is open to other users, who would know the key: chmod 600 {path}")
        key = os.read(fd, _MOST_BYTES).rstrip(b"\r\n")
    finally:
        os.close(fd)
    if not key:
        raise Refused(f"the key file {path} is empty: put a key into it, or remove it")
    return key


def _is_within_reach_of_all(path: str) -> bool:
    """Whether no folder above keeps other users out."""
    folder = os.path.dirname(os.path.realpath(path))
    while os.stat(folder).st_mode & 0o001:
        if folder == os.path.dirname(folder):
            return True
        folder = os.path.dirname(folder)
    return False


def make(path: str) -> bytes:
    """The key in a file, which is made with a random one where it is not there. It appears whole."""
    new = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        if not os.path.lexists(path):
            fd = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                os.write(fd, os.urandom(_RANDOM_BYTES).hex().encode())
            finally:
                os.close(fd)
            try:
                os.link(new, path)
            except FileExistsError:
                pass
            finally:
                os.unlink(new)
    except OSError as error:
        kind = NoSpace if error.errno in (errno.ENOSPC, errno.EDQUOT) else Refused
        raise kind(f"the key file {path} cannot be made: {error.strerror}") from error
    return read(path)
