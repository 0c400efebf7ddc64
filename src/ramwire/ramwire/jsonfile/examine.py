"""Looks at a shared file without touching it, nor its lock."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from ramwire.diagnosis import Finding, held_by
from ramwire.errors import BadMessage, Refused
from ramwire.jsonfile import document
from ramwire.jsonfile.client import STALE_S
from ramwire.jsonfile.place import file_path
from ramwire.limits import examine_descriptors, examine_watches
from ramwire.ramdrive import files
from ramwire.url import Url

_LITTLE_BYTES = 256 * 1024


def examine(url: Url) -> Iterable[Finding]:
    """The findings, in the order in which one would mend them."""
    path = file_path(url)
    folder = os.path.dirname(path)
    yield from _options(url)
    yield from examine_watches()
    if not os.path.isdir(folder):
        yield Finding("fault", f"{folder} does not exist", "Mount it or make it, or start the server.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            "fault", f"{folder} may not be written to by this user", "Ask as the user of both ends."
        )
        return
    yield from _room(folder)
    yield from _holder(path)
    yield from _lock(path)
    yield from _file(path)
    yield from _broken(path)


def _options(url: Url) -> Iterator[Finding]:
    try:
        url.seconds("stale", STALE_S)
    except Refused as error:
        yield Finding("fault", str(error), "Give a number of seconds, as in ?stale=10.")


def _room(folder: str) -> Iterator[Finding]:
    drive = os.statvfs(folder)
    free_bytes = drive.f_bavail * drive.f_frsize
    if drive.f_files and not drive.f_favail:
        yield Finding("fault", "the drive has no inode left", "Remove files from it, or mount it with more.")
    elif free_bytes < _LITTLE_BYTES:
        what = f"the drive has {free_bytes} bytes left; the file is written beside itself"
        yield Finding("fault", what, "Remove files from it, or enlarge it.")
    else:
        yield Finding("fine", f"the drive has {free_bytes // 1024} KiB left")


def _holder(path: str) -> Iterator[Finding]:
    beside = path + ".ramwire"
    if not os.path.lexists(beside) and not os.path.lexists(path):
        yield Finding("fault", "no server is there", "Start the server.")
        return
    if not os.path.lexists(beside):
        yield Finding("note", "no end of ramwire has been here", "Start one, unless another program serves.")
        return
    status = os.lstat(beside)
    if not stat.S_ISDIR(status.st_mode):
        yield Finding("fault", f"{beside} is not a folder", "Remove it, and start the server.")
    elif status.st_uid != os.geteuid():
        owner = f"user {status.st_uid}, and you are {os.geteuid()}"
        yield Finding("fault", f"{beside} belongs to {owner}", "Run both ends as the same user.")
    elif not _is_served(beside):
        yield Finding("fault", "no server of ramwire holds it", "Start it, unless another program serves.")
    else:
        with open(os.path.join(beside, "lock"), "rb") as lock:
            pid = lock.read(20).decode(errors="replace").strip()
        yield held_by(pid)
        yield from examine_descriptors(pid)


def _is_served(beside: str) -> bool:
    try:
        os.close(os.open(os.path.join(beside, "serving"), os.O_WRONLY | files.SAFE))
    except OSError:
        return False
    return True


def _lock(path: str) -> Iterator[Finding]:
    try:
        status = os.lstat(path + ".lock")
    except OSError:
        return
    if not stat.S_ISREG(status.st_mode):
        yield Finding("fault", f"{path}.lock is not a regular file", "Remove it: it is made anew.")
        return
    for pid in _lock_holders(status):
        yield Finding("note", f"its lock is held just now by process {pid}")
        holder = held_by(pid)
        if holder.level == "fault":
            yield holder


def _lock_holders(status: os.stat_result) -> Iterator[str]:
    """From the kernel's list, where the file is `MAJOR:MINOR:INODE`; to try the lock would hold up others."""
    inode = f":{status.st_ino}"
    with open("/proc/locks", encoding="ascii", errors="replace") as locks:
        for line in locks:
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].endswith(inode):
                yield fields[4]


def _file(path: str) -> Iterator[Finding]:
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fd = files.open_safely(os.fsencode(os.path.basename(path)), folder, os.O_RDONLY)
    except FileNotFoundError:
        yield Finding("note", f"{path} does not exist yet", "It is made by whichever end comes first.")
        return
    except (files.Unsafe, OSError) as error:  # a socket cannot be opened
        yield Finding("fault", f"the shared file is not used: {error}", "Remove what is there.")
        return
    finally:
        os.close(folder)
    try:
        mode = stat.S_IMODE(os.fstat(fd).st_mode)
        if mode & 0o077:
            yield Finding("note", f"{path} is open to other users ({mode:04o})", f"chmod 600 {path}")
        yield from _content(files.read(fd, document.MAX_FILE_BYTES))
    except BadMessage as error:
        yield Finding("fault", f"it is {error}", "It is set aside by the next end that looks.")
    finally:
        os.close(fd)


def _content(data: bytes) -> Iterator[Finding]:
    try:
        commands = document.decode(data)
    except document.Broken as error:
        what = f"it cannot be read ({error}), or is being written in place"
        yield Finding("fault", what, "Look again: a broken file is set aside by the next end that looks.")
        return
    waiting = sum(not entry.is_answered for entry in commands.entries.values())
    answered = len(commands.entries) - waiting
    if waiting:
        yield Finding("note", f"{waiting} requests wait or run")
    if answered:
        yield Finding("note", f"{answered} answers lie there; others' stay for 60 s")


def _broken(path: str) -> Iterator[Finding]:
    name = os.path.basename(path) + ".broken-"
    broken = sorted(found for found in os.listdir(os.path.dirname(path)) if found.startswith(name))
    if broken:
        what = f"{len(broken)} broken files were set aside: {', '.join(map(ascii, broken[:5]))}"
        yield Finding("note", what, "Some program writes without the lock. Remove them when you have looked.")
