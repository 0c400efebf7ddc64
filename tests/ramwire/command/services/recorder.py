"""A service that remembers who said what, in the order in which it ran."""

from __future__ import annotations


class Recorder:
    def __init__(self) -> None:
        self._notes: list[list[object]] = []

    def note(self, who: str, number: int) -> int:
        self._notes.append([who, number])
        return number

    def notes(self) -> list[list[object]]:
        return self._notes
