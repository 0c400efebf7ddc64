"""`DIR/lanes/`: the private pairs of FIFOs of clients of ours, from the making to the joining.

A client makes `T.up` and `T.down`, and writes T into `DIR/door`. The server opens both and removes their
names: from then on nothing of them can be left behind.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ramwire.errors import Refused
from ramwire.fifo.fifos import MODE, Fifo
from ramwire.fifo.place import Place
from ramwire.journal import Journal
from ramwire.ramdrive.files import full_drive_is_an_error, listing

log = Journal(__name__)

LANES = b"lanes"
DOOR = b"door"
UP = b".up"
DOWN = b".down"
JOINED = b"+"
REFUSED = b"-"
WAKE = b"!"
"""Written into a FIFO by its own reader, to wake another thread of it."""

TOKEN_BYTES = 16
find_tokens = re.compile(rb"([0-9a-f]{16})\n").findall

_is_name = re.compile(rb"[0-9a-f]{16}\.(?:up|down)").fullmatch

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TRIES = 5


@contextmanager
def folder(place: Place) -> Iterator[int]:
    """A descriptor of `lanes/`, made where it is not there. Raises `Refused`, OSError."""
    shown = os.path.join(place.path, os.fsdecode(LANES))
    with full_drive_is_an_error(shown), suppress(FileExistsError):
        os.mkdir(LANES, 0o700, dir_fd=place.folder)
    try:
        fd = os.open(LANES, _DIRECTORY, dir_fd=place.folder)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise Refused(f"{shown} is not a folder: move it away") from error
        raise
    try:
        status = os.fstat(fd)
        if status.st_uid != os.geteuid():
            raise Refused(f"{shown} belongs to another user (uid {status.st_uid})")
        if stat.S_IMODE(status.st_mode) & 0o077:
            os.fchmod(fd, 0o700)
        yield fd
    finally:
        os.close(fd)


def make(place: Place, token: bytes) -> tuple[int, int]:
    """A new lane: (to write requests to, to read answers from). Raises `Refused`, `NoSpace`, OSError."""
    for attempt in range(_TRIES):
        try:
            with folder(place) as lanes:
                return _make(place, lanes, token)
        except FileNotFoundError:  # an end that has left has removed the folder meanwhile
            if attempt == _TRIES - 1:
                raise
    raise AssertionError


def _make(place: Place, lanes: int, token: bytes) -> tuple[int, int]:
    fds: list[int] = []
    try:
        for name in (token + UP, token + DOWN):
            shown = os.path.join(place.path, os.fsdecode(LANES + b"/" + name))
            with full_drive_is_an_error(shown):
                os.mkfifo(name, MODE, dir_fd=lanes)
            fifo = Fifo(name, lanes, shown)
            try:
                # Of requests the client can read back what no server has read: so it withdraws them.
                fds.append(fifo.both() if name.endswith(UP) else fifo.reader())
            finally:
                fifo.close()
    except BaseException:
        for fd in fds:
            os.close(fd)
        _remove(lanes, token)
        raise
    return fds[0], fds[1]


def join(place: Place, token: bytes) -> tuple[int, int] | None:
    """Open a client's lane and remove its names: (to read requests from, to write answers to). None where the
    client has gone, or where it is not what it should be. Raises OSError, and leaves its names, where there
    is no room for it now.
    """
    try:
        with folder(place) as lanes:
            try:
                ends = _open(place, lanes, token)
            except Refused as error:
                log.warning("lane %s is not joined: %s", token.decode(), error)
                ends = None
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.ENXIO):
                    raise
                ends = None
            _remove(lanes, token)
            return ends
    except Refused as error:
        log.warning("%s", error)
        return None


def _open(place: Place, lanes: int, token: bytes) -> tuple[int, int]:
    shown = os.path.join(place.path, os.fsdecode(LANES + b"/" + token))
    up = Fifo(token + UP, lanes, shown + os.fsdecode(UP))
    try:
        down = Fifo(token + DOWN, lanes, shown + os.fsdecode(DOWN))
        try:
            answers = down.writer_to_a_reader()  # none: the client is dead
        finally:
            down.close()
        try:
            return up.reader(), answers
        except BaseException:
            os.close(answers)
            raise
    finally:
        up.close()


def _remove(lanes: int, token: bytes) -> None:
    for name in (token + UP, token + DOWN):
        with suppress(OSError):
            if stat.S_ISFIFO(os.stat(name, dir_fd=lanes, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=lanes)


def remove(place: Place, token: bytes) -> None:
    """Remove the names of a lane that was not joined."""
    with suppress(OSError, Refused), folder(place) as lanes:
        _remove(lanes, token)


def is_name(name: bytes) -> bool:
    """Whether a file of that name belongs to a lane."""
    return _is_name(name) is not None


def sweep(place: Place) -> None:
    """Remove the lanes of clients that died before any server joined them."""
    with suppress(FileNotFoundError), folder(place) as lanes:
        for name in map(os.fsencode, listing(lanes)):
            if is_name(name) and _is_dead(lanes, name[:TOKEN_BYTES]):
                _remove(lanes, name[:TOKEN_BYTES])


def _is_dead(lanes: int, token: bytes) -> bool:
    """Whether nobody reads its answers; or its requests, where it has no way for answers yet."""
    try:
        fifo = _first_of(lanes, (token + DOWN, token + UP))
    except Refused:
        return False
    if fifo is None:
        return True
    try:
        os.close(fifo.writer_to_a_reader())
    except OSError as error:
        return error.errno == errno.ENXIO
    finally:
        fifo.close()
    return False


def _first_of(lanes: int, names: tuple[bytes, ...]) -> Fifo | None:
    for name in names:
        with suppress(FileNotFoundError):
            return Fifo(name, lanes, os.fsdecode(name))
    return None


def clear(place: Place) -> None:
    """Remove `lanes/` where nothing lies in it."""
    with suppress(OSError):
        os.rmdir(LANES, dir_fd=place.folder)
