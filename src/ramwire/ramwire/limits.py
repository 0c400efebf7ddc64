"""What of the machine's limits is used up, for the examination of any wire: inotify, descriptors."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ramwire.diagnosis import Finding
from ramwire.ramdrive.watch import IN_MOVE_SELF, Inotify, WatchesUsedUp

_FEW_DESCRIPTORS = 10


def examine_watches() -> Iterator[Finding]:
    """Nothing where this user may still watch a folder, as an end has to that waits for the other."""
    root = os.open("/", os.O_PATH | os.O_CLOEXEC)
    try:
        inotify = Inotify()
        try:
            inotify.watch(root, IN_MOVE_SELF)
        finally:
            inotify.close()
    except WatchesUsedUp as error:
        yield Finding("fault", str(error), "sysctl fs.inotify, as root, shows and sets the limits.")
    finally:
        os.close(root)


def examine_descriptors(pid: str | int) -> Iterator[Finding]:
    """Nothing where that process may still open files, or cannot be looked at."""
    try:
        used = len(os.listdir(f"/proc/{pid}/fd"))
        with open(f"/proc/{pid}/limits", encoding="utf-8") as limits:
            most = next(line for line in limits if line.startswith("Max open files")).split()[3]
    except (OSError, StopIteration):
        return
    if most.isdigit() and used > int(most) - _FEW_DESCRIPTORS:
        what = f"process {pid} has {used} of the {most} descriptors that it may have"
        yield Finding("fault", what, "Raise its limit (LimitNOFILE= in its unit), and start it anew.")
