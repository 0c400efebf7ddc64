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


def diagnose(url: str) -> Diagnosis:
    """Look without touching: nothing is made, sent or removed. Raises `Refused` for what is no address."""
    return Diagnosis(without_password(url), tuple(registry.examine(url)))
