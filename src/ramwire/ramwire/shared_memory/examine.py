"""Looks at an address without touching it: no lock is tried, and nobody is connected to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from ramwire.diagnosis import Finding, held_by
from ramwire.errors import Refused
from ramwire.limits import examine_descriptors, examine_watches
from ramwire.shared_memory import mark
from ramwire.shared_memory.holding import open_page
from ramwire.shared_memory.place import PAGE_BYTES, SOCKET, Folder, path_of
from ramwire.url import Url

_START = "Start the server: it makes what it needs."


def examine(url: Url) -> Iterable[Finding]:
    """The findings, in the order in which one would mend them."""
    path = path_of(url)
    yield from examine_watches()
    above = os.path.dirname(path)
    if not os.path.isdir(above):
        yield Finding("fault", f"the folder {above} does not exist", _START)
        return
    try:
        folder = Folder(path)
    except OSError as error:
        yield Finding(
            "fault", f"{above}: {error.strerror}", "Ask as the user of both ends, or choose another path."
        )
        return
    try:
        yield from _folder(above)
        yield from _page(folder)
    finally:
        folder.close()


def _folder(above: str) -> Iterator[Finding]:
    mode = os.stat(above).st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        yield Finding(
            "note", f"everybody may remove files in {above}", f"chmod o-w {above}, or choose another path."
        )


def _room(folder: Folder) -> Iterator[Finding]:
    drive = os.fstatvfs(folder.fd)
    if drive.f_bavail * drive.f_frsize < 2 * PAGE_BYTES:
        yield Finding("fault", "the drive of the folder is full", "Remove files from it, or enlarge it.")
    elif drive.f_files and not drive.f_favail:
        yield Finding("fault", "the drive of the folder has no inode left", "Remove files from it.")


def _page(folder: Folder) -> Iterator[Finding]:
    path = folder.path
    try:
        page = open_page(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield from _room(folder)
        yield Finding("fault", f"{path} does not exist: no server is there", "Start the server.")
        return
    except (OSError, Refused) as error:
        yield Finding("fault", str(error), "Remove it, or choose another path.")
        return
    try:
        found = mark.read(page)
        if found is None and not mark.is_blank(page):
            yield Finding(
                "fault",
                f"{path} holds something that is not ramwire's; a channel's client reads its first line",
                "Where a server is to start, remove it or choose another path.",
            )
        elif found is not None and _is_locked(page):
            yield held_by(found.pid)
            yield from examine_descriptors(found.pid)
            yield Finding("fine", f"what is served is a {found.kind}")
            yield from _socket(folder)
        else:
            yield Finding("fault", f"no server holds {path}: the last one was killed", "Start the server.")
    finally:
        os.close(page)


def _is_locked(page: int) -> bool:
    """By the kernel's table: to try the lock would make a server refuse to start meanwhile."""
    status = os.fstat(page)
    file = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    with open("/proc/locks", encoding="ascii") as locks:
        return any(" FLOCK " in lock and f" {file} " in lock for lock in locks)


def _socket(folder: Folder) -> Iterator[Finding]:
    try:
        folder.check_socket()
    except FileNotFoundError:
        yield Finding("fault", f"{folder.path}{SOCKET} is missing: nobody can come in", "Restart the server.")
    except Refused as error:
        yield Finding("fault", str(error), "Remove it, and restart the server.")
    else:
        yield Finding("fine", f"clients come in at {folder.path}{SOCKET}")
