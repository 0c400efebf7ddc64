"""What runs here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Versions:
    octoprint: str
    plugin: str
