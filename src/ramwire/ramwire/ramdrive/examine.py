"""Looks at a service's folders without touching them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from ramwire.diagnosis import Finding, held_by
from ramwire.errors import Refused
from ramwire.limits import examine_descriptors, examine_watches
from ramwire.ramdrive import files, names
from ramwire.ramdrive.client import STALE_S, service_path
from ramwire.url import Url

_LITTLE_BYTES = 256 * 1024
_MANY_FILES = 1000


def examine(url: Url) -> Iterable[Finding]:
    """The findings, in the order in which one would mend them."""
    path = service_path(url)
    yield from _options(url)
    yield from examine_watches()
    try:
        os.stat(path)
    except PermissionError:
        yield Finding("fault", f"{path} may not be looked at by this user", "Ask as the user of both ends.")
        return
    except OSError:
        root = os.path.dirname(path)
        if os.path.isdir(root):
            yield Finding("fault", f"{path} does not exist; its drive is there", "Start the server.")
        else:
            yield Finding("fault", f"{path} does not exist, nor does {root}", "Mount the drive first.")
        return
    yield from _folders(path)
    yield from _kind(path)
    yield from _room(path)
    yield from _holder(path)
    yield from _waiting(path)


def _options(url: Url) -> Iterator[Finding]:
    try:
        url.seconds("stale", STALE_S)
    except Refused as error:
        yield Finding("fault", str(error), "Give a number of seconds, as in ?stale=10.")


def _folders(path: str) -> Iterator[Finding]:
    for folder in (path, *(os.path.join(path, name) for name in ("server", "client", "lanes"))):
        try:
            status = os.lstat(folder)
        except OSError as error:
            if folder.endswith("/lanes"):
                continue  # a server that is not ours needs none
            yield Finding("fault", f"{folder}: {error.strerror}", "Start the server: it makes its folders.")
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield Finding("fault", f"{folder} is not a folder", "Remove it, and start the server.")
        elif status.st_uid != os.geteuid():
            owner = f"user {status.st_uid}, and you are {os.geteuid()}"
            yield Finding("fault", f"{folder} belongs to {owner}", "Run both ends as the same user.")
        elif stat.S_IMODE(status.st_mode) & 0o700 != 0o700:
            mode = f"{stat.S_IMODE(status.st_mode):04o}"
            yield Finding("fault", f"{folder} is closed to its own user ({mode})", f"chmod 700 {folder}")
        elif stat.S_IMODE(status.st_mode) & 0o077:
            mode = f"{stat.S_IMODE(status.st_mode):04o}"
            yield Finding("note", f"{folder} is open to other users ({mode})", f"chmod 700 {folder}")


def _kind(path: str) -> Iterator[Finding]:
    device = os.stat(path).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
        # ID PARENT MAJOR:MINOR ROOT PLACE ... - TYPE ...
        kinds = [line.partition(" - ")[2].split()[0] for line in mounts if line.split()[2] == number]
    if not {"tmpfs", "ramfs"}.intersection(kinds):
        yield Finding("note", f"{path} is on a disk", "Choose a folder on a RAM drive, as /dev/shm/NAME.")


def _room(path: str) -> Iterator[Finding]:
    drive = os.statvfs(path)
    free_bytes = drive.f_bavail * drive.f_frsize
    if drive.f_files and not drive.f_favail:
        yield Finding("fault", "the drive has no inode left", "Remove files from it, or mount it with more.")
    elif free_bytes < _LITTLE_BYTES:
        yield Finding(
            "fault", f"the drive has {free_bytes} bytes left", "Remove files from it, or enlarge it."
        )
    else:
        yield Finding("fine", f"the drive has {free_bytes // 1024} KiB left")


def _holder(path: str) -> Iterator[Finding]:
    try:
        lock = os.open(os.path.join(path, "lanes", "lock"), os.O_RDONLY | files.SAFE)
    except OSError:
        yield Finding(
            "note", "no server of ramwire has been here", "Start one, unless another program serves."
        )
        return
    try:
        if _bell_is_heard(path):
            pid = os.read(lock, 20).decode(errors="replace").strip()
            yield held_by(pid)
            yield from examine_descriptors(pid)
        else:
            yield Finding("fault", "no server holds it", "Start the server.")
    finally:
        os.close(lock)


def _bell_is_heard(path: str) -> bool:
    """Whether a server has its bell open. (To try its lock would make a server refuse to start meanwhile.)"""
    try:
        os.close(os.open(os.path.join(path, "lanes", "bell"), os.O_WRONLY | files.SAFE))
    except OSError:
        return False
    return True


def _waiting(path: str) -> Iterator[Finding]:
    for folder in ("server", "client"):
        try:
            found = os.listdir(os.path.join(path, folder))
        except OSError:
            continue
        odd = [name for name in found if names.parse(name.rpartition(".")[0] or name) is None]
        if odd:
            what = f"{folder}/ holds what is no message: {', '.join(map(ascii, odd[:5]))}"
            yield Finding("note", what, "Remove it: only requests and replies belong there.")
        if len(found) > len(odd):
            what = "requests wait to be taken" if folder == "server" else "replies wait to be read"
            remedy = f"rm {path}/{folder}/2*" if len(found) > _MANY_FILES else ""
            yield Finding("note", f"{folder}/: {len(found) - len(odd)} {what}", remedy)
