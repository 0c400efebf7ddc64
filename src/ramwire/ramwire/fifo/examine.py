"""Looks at a `fifo:` address without touching it: to open a FIFO even for a moment is seen at its ends."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ramwire.diagnosis import Finding, held_by
from ramwire.fifo import lanes
from ramwire.fifo.framings import framing_of
from ramwire.fifo.place import RECV, SEND, folder_of
from ramwire.fifo.seat import LOCK, holder
from ramwire.ramdrive.files import SAFE
from ramwire.url import Url


def examine(url: Url) -> Iterable[Finding]:
    """The findings, in the order in which one would mend them."""
    path = folder_of(url)
    framing_of(url)
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        yield Finding("fault", f"{path} does not exist", "Start the server: it makes the folder.")
        return
    except OSError as error:
        yield Finding("fault", f"{path}: {error.strerror}", "Ask as the user of both ends.")
        return
    if not stat.S_ISDIR(status.st_mode):
        yield Finding("fault", f"{path} is not a folder", "Move it away, and start the server.")
        return
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("fault", f"{path} may not be used by this user", f"chmod 700 {path}, as its owner.")
        return
    yield from _owner_and_mode(path, status)
    for name in (SEND, RECV):
        yield from _fifo(os.path.join(path, os.fsdecode(name)))
    yield from _room(path)
    yield from _server(path)
    yield from _lanes(path)


def _owner_and_mode(path: str, status: os.stat_result) -> Iterator[Finding]:
    if status.st_uid != os.geteuid():
        owner = f"user {status.st_uid}, and you are {os.geteuid()}"
        yield Finding("fault", f"{path} belongs to {owner}", "Run both ends as the same user.")
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode) and mode & stat.S_ISVTX and mode & 0o022:
        yield Finding(
            "fault", f"{path} is shared by all users ({mode:04o})", "Use a folder of its own in it."
        )
    elif mode & 0o077:
        right = "700" if stat.S_ISDIR(status.st_mode) else "600"
        yield Finding("note", f"{path} is open to other users ({mode:04o})", f"chmod {right} {path}")


def _fifo(path: str) -> Iterator[Finding]:
    try:
        status = os.lstat(path)
    except OSError as error:
        yield Finding("note", f"{path}: {error.strerror}", "Either end makes it when it comes.")
        return
    if not stat.S_ISFIFO(status.st_mode):
        what = f"{path} is no FIFO; nobody will touch it, nor serve here"
        yield Finding("fault", what, f"Move it away: mv {path} {path}.aside")
        return
    yield from _owner_and_mode(path, status)


def _room(path: str) -> Iterator[Finding]:
    drive = os.statvfs(path)
    if drive.f_files and not drive.f_favail:
        yield Finding("fault", "the drive has no inode left for one more FIFO", "Remove files from it.")


def _server(path: str) -> Iterator[Finding]:
    pid = _pid_in_lock(path)
    if pid and os.path.exists(f"/proc/{pid}"):
        yield held_by(pid)
        return
    readers = list(_readers_of(os.path.join(path, os.fsdecode(SEND))))
    for reader in readers:
        yield held_by(reader)
    if not readers:
        yield Finding("fault", "nobody is seen to read from send", "Start the server.")


def _pid_in_lock(path: str) -> int:
    with suppress(OSError):
        fd = os.open(os.path.join(path, os.fsdecode(LOCK)), os.O_RDONLY | SAFE)
        try:
            return holder(fd)
        finally:
            os.close(fd)
    return 0


def _readers_of(fifo: str) -> Iterator[int]:
    """The processes that have it open for reading, as far as they may be looked at."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}") == fifo and _is_for_reading(pid, fd):
                    yield int(pid)
                    break


def _is_for_reading(pid: str, fd: str) -> bool:
    with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as info:
        flags = next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
    return flags & os.O_ACCMODE in (os.O_RDONLY, os.O_RDWR) and not flags & os.O_PATH


def _lanes(path: str) -> Iterator[Finding]:
    folder = os.path.join(path, os.fsdecode(lanes.LANES))
    try:
        found = os.listdir(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Finding("fault", f"{folder}: {error.strerror}", "Move it away: only ends of ramwire use it.")
        return
    odd = [name for name in found if not lanes.is_name(os.fsencode(name))]
    if odd:
        what = f"{folder} holds what is no lane: {', '.join(map(ascii, odd[:5]))}"
        yield Finding("note", what, "Remove it.")
    waiting = sum(name.endswith(os.fsdecode(lanes.UP)) for name in found)
    if waiting:
        yield Finding("note", f"{waiting} clients wait to be let in")
