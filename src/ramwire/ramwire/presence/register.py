"""The pid files, and sending a signal to those that left them: to nobody else."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Callable

from ramwire.errors import BadMessage
from ramwire.journal import Journal
from ramwire.presence import process
from ramwire.presence.place import Place
from ramwire.presence.process import Process
from ramwire.ramdrive import files

log = Journal(__name__)

_is_pid = re.compile(r"[1-9][0-9]{0,9}").fullmatch
_parse_start = re.compile(r"([0-9]{1,20})(?: ([0-9a-f-]{36}))?").fullmatch
_MOST_BYTES = 200
_PATIENCE_S = 1.0
_PAUSE_S = 0.002
_SLACK_S = 0.05
"""A file's time is that of the last tick of the kernel's clock."""


class NotTold(Exception):
    """A pid file whose process is not signalled. `stale` says that the file is to be removed."""

    def __init__(self, why: str, stale: bool = True) -> None:
        super().__init__(why)
        self.stale = stale


def add(place: Place, pid: int) -> None:
    """Register a process of ours. Raises OSError."""
    itself = process.read(pid)
    assert itself is not None  # noqa: S101 - we are it, and alive
    name, hidden = b"%d" % pid, b"%d.new" % pid
    files.remove(hidden, place.top)
    fd = files.create(hidden, place.top)
    try:
        # By this, not by the clock, whoever reads it knows that the number is still ours.
        os.write(fd, f"{itself.started_ticks} {process.boot()}\n".encode())
    finally:
        os.close(fd)
    os.rename(hidden, name, src_dir_fd=place.top, dst_dir_fd=place.pids)


def remove(place: Place, pid: int) -> None:
    """When it returns, no server of ours is about to signal it: its handlers may be taken away."""
    with suppress(OSError):
        files.remove(b"%d" % pid, place.pids)
    with _alone(place):
        pass


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Nobody else tells, or takes handlers away; who stands still with the lock is waited for a second."""
    own = os.open(b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=place.pids)
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while not _locked(own) and time.monotonic() < deadline:
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(own)


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def tell(place: Place, number: signal.Signals) -> list[int]:
    """Signal every registered process; gives the pids of those that were."""
    with _alone(place):
        return _tell_all(place, number)


def _tell_all(place: Place, number: signal.Signals) -> list[int]:
    told = []
    for name in sorted(files.listing(place.pids)):
        try:
            _tell(place, name, number)
        except FileNotFoundError:
            continue  # it has left since
        except NotTold as reason:
            log.warning("%s/pids/%s is not told: %s", place.path, ascii(name)[1:-1], reason)
            if reason.stale:
                with suppress(OSError):
                    files.remove(os.fsencode(name), place.pids)
        else:
            told.append(int(name))
    return told


def _tell(place: Place, name: str, number: signal.Signals) -> None:
    if not _is_pid(name):
        raise NotTold("its name is no pid", stale=False)
    status, content = _read(place, name)
    pid = int(name)
    try:
        handle = os.pidfd_open(pid)
    except (ProcessLookupError, OverflowError):
        raise NotTold("there is no such process") from None
    except OSError:
        # A kernel before 5.3. Between the look and the signal the number could change hands.
        _check(pid, status, content, number)
        _send(lambda: os.kill(pid, number))
        return
    try:
        # What is read now is about the process that the handle means, or about one that it cannot reach.
        _check(pid, status, content, number)
        _send(lambda: signal.pidfd_send_signal(handle, number))
    finally:
        os.close(handle)


def _read(place: Place, name: str) -> tuple[os.stat_result, bytes]:
    try:
        fd = files.open_safely(name.encode(), place.pids, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except (files.Unsafe, OSError) as error:
        raise NotTold(str(error), stale=False) from error
    try:
        return os.fstat(fd), files.read(fd, _MOST_BYTES)
    except BadMessage as error:
        raise NotTold(str(error), stale=False) from error
    finally:
        os.close(fd)


def _check(pid: int, status: os.stat_result, content: bytes, number: signal.Signals) -> None:
    found = process.read(pid)
    if found is None:
        raise NotTold("there is no such process")
    if found.uid != status.st_uid:
        raise NotTold("the process is another user's")
    _check_identity(found, status, content)
    if not found.handles(number):
        raise NotTold(f"the process does not handle {number.name}")


def _check_identity(found: Process, status: os.stat_result, content: bytes) -> None:
    """That the number has not been given to another process since."""
    start = _parse_start(content.decode(errors="replace").strip())
    if start is not None:
        if (int(start[1]), start[2] or process.boot()) != (found.started_ticks, process.boot()):
            raise NotTold("another process has this number now")
        return
    # `touch` has made it, so that the clock alone can tell.
    if status.st_mtime < found.started_s() - _SLACK_S:
        raise NotTold("it is older than the process that has this number now")
    if status.st_mtime > time.time() + _SLACK_S:
        raise NotTold("it is from the future, so that nobody can tell whose it is", stale=False)


def _send(send: Callable[[], None]) -> None:
    try:
        send()
    except ProcessLookupError:
        raise NotTold("the process has just ended") from None
    except PermissionError as error:
        raise NotTold(f"the system does not let it: {error}", stale=False) from error
