"""The container engine's command line, as far as the virtual Pi needs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass


class EngineError(Exception):
    """The engine refused; the text is its own."""


@dataclass(frozen=True)
class Container:
    id: str
    is_running: bool


def docker(*arguments: str, timeout_s: float = 60) -> bytes:
    """What the command printed."""
    try:
        done = subprocess.run(["docker", *arguments], capture_output=True, check=False, timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"docker {arguments[0]} did not end within {timeout_s:.0f} s") from error
    if done.returncode != 0:
        raise EngineError(f"docker {arguments[0]}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def find(name: str) -> Container | None:
    """The container of that name, or None."""
    if not docker("ps", "--all", "--quiet", "--filter", f"name=^/{name}$").strip():
        return None
    found = json.loads(docker("container", "inspect", name))[0]
    return Container(found["Id"], found["State"]["Running"])


def run_inside(name: str, command: Sequence[str], *, user: str = "root", timeout_s: float = 60) -> bytes:
    return docker("exec", "--user", user, name, *command, timeout_s=timeout_s)
