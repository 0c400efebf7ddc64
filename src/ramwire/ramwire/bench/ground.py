"""Where contenders meet: a directory of the bench's own, and a Redis beside it for those that need one."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ramwire.bench import redis_server
from ramwire.command import ending

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - for its file system

PREFIX = "ramwire-bench-"


@dataclass(frozen=True)
class Ground:
    root: str
    redis_port: int = 0
    """Of a server on the loopback that keeps nothing; 0 where nobody needs it."""

    def directory(self) -> str:
        """A new one, 0700."""
        return tempfile.mkdtemp(dir=self.root)

    def name(self) -> str:
        """Of letters and digits, for what lies in no directory; a new one each time."""
        return f"bench{secrets.token_hex(4)}"


@contextmanager
def ground(needs_redis: bool) -> Iterator[Ground]:
    """On a tmpfs where there is one: the RAM drive is one. Removed on leaving."""
    home = SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else tempfile.gettempdir()
    _clear_away(home)
    with ending.held():  # a signal between the making and the try would leave it there
        root = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=home)
    try:
        if needs_redis:
            with redis_server.running(root) as port:
                yield Ground(root, port)
        else:
            yield Ground(root)
    finally:
        with ending.held():
            shutil.rmtree(root, ignore_errors=True)


def _clear_away(home: str) -> None:
    """What benches of this user that were killed have left."""
    for entry in os.scandir(home):
        pid = entry.name[len(PREFIX) :].partition("-")[0]
        is_old = entry.name.startswith(PREFIX) and not os.path.exists(f"/proc/{pid}")
        if is_old and entry.stat(follow_symlinks=False).st_uid == os.getuid():
            shutil.rmtree(entry.path, ignore_errors=True)
