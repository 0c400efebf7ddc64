"""The article's comparison of methods: "which IPC method do I need"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """What one answers before measuring anything. True is yes."""

    name: str
    is_cross_platform: bool
    needs_file: bool
    needs_service: bool
    is_easy: bool


METHODS = (
    Method("Pipes", is_cross_platform=False, needs_file=True, needs_service=False, is_easy=False),
    Method("Files", is_cross_platform=True, needs_file=True, needs_service=False, is_easy=True),
    Method("Message queues", is_cross_platform=True, needs_file=False, needs_service=True, is_easy=True),
    Method("Shared memory", is_cross_platform=True, needs_file=True, needs_service=False, is_easy=False),
    Method("Sockets", is_cross_platform=True, needs_file=False, needs_service=False, is_easy=True),
    Method("Signals", is_cross_platform=False, needs_file=False, needs_service=False, is_easy=True),
)
