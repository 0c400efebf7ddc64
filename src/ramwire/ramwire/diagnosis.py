"""What is there at an address, who holds it, what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ramwire import registry
from ramwire.url import without_password

Level = Literal["fine", "note", "fault"]


@dataclass(frozen=True)
class Finding:
    """One thing seen. `remedy` is a sentence on what to do, or "" where nothing needs doing."""

    level: Level
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All that was seen at one address."""

    url: str
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether a call would be answered, as far as one can see without sending one."""
        return all(finding.level != "fault" for finding in self.findings)


def held_by(pid: str | int) -> Finding:
    """What is to be said of the process that holds an address (Linux: /proc)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            name, _, rest = file.read().partition("(")[2].rpartition(")")
    except OSError:
        return Finding("note", f"held by process {pid}, which cannot be seen from here")
    if rest.split()[0] in "Tt":
        return Finding("fault", f"held by process {pid} ({name}), which is stopped", f"kill -CONT {pid}")
    return Finding("fine", f"served by process {pid} ({name})")


def diagnose(url: str) -> Diagnosis:
    """Look without touching: nothing is made, sent or removed. Raises `Refused` for what is no address."""
    return Diagnosis(without_password(url), tuple(registry.examine(url)))
