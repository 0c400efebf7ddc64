"""A fresh address of each wire, for tests and benches that try them all alike."""

from __future__ import annotations

import os
import secrets
import socket

# One of a wire's own files never is another's: each has the directory for itself.
_IN_A_DIRECTORY = {
    "ramdrive": "ramdrive:{directory}/service",
    "fifo": "fifo:{directory}/service",
    "jsonfile": "jsonfile:{directory}/service.json",
    "mmap": "mmap:{directory}/service",
    "unix": "unix:{directory}/service",
}

SCHEMES = (*_IN_A_DIRECTORY, "tcp", "http")
"""The wires that need nothing but a directory or a port of the loopback."""


def fresh(scheme: str, directory: str) -> str:
    """Where nobody serves yet. What belongs to it, a key too, lies in the directory; a port may be lost to
    another program between this and its use. Raises `ValueError` for a wire not in `SCHEMES`.
    """
    if scheme in _IN_A_DIRECTORY:
        return _IN_A_DIRECTORY[scheme].format(directory=directory)
    if scheme == "tcp":
        return f"tcp:127.0.0.1:{free_port()}?keyfile={_key(directory)}"
    if scheme == "http":
        return f"http://127.0.0.1:{free_port()}/"
    raise ValueError(f"{scheme} has no address of its own here; there is {', '.join(SCHEMES)}")


def free_port() -> int:
    """A port of the loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _key(directory: str) -> str:
    path = os.path.join(directory, "key")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as key:
        key.write(secrets.token_hex(32))
    return path
