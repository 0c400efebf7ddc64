from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union

import pytest
from filelock import FileLock
from ramwire.testing import ServiceProcess

import ramwire


class Place:
    """A shared file of a test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"jsonfile:{path}"
        self.lock = FileLock(f"{path}.lock")
        self.beside = path.with_name(path.name + ".ramwire")

    def write(self, text: Union[str, bytes]) -> None:
        """In place, under the lock."""
        with self.lock:
            self.path.write_bytes(text.encode() if isinstance(text, str) else text)

    def commands(self) -> dict[str, Any]:
        with self.lock:
            found: dict[str, Any] = json.loads(self.path.read_text())["commands"]
        return found

    def answer(self, uuid: str) -> Any:
        """The entry, once it is answered; None before."""
        entry = self.commands().get(uuid)
        return entry if isinstance(entry, dict) and entry.keys() & {"result", "error"} else None

    def left(self) -> list[str]:
        """Whatever of ours is there but the lock, and what says that a server serves."""
        beside = {path.name for path in self.beside.iterdir()} - {"lock", "serving"}
        return sorted(beside) + sorted(self.commands())

    def broken(self) -> list[str]:
        """The contents of the files that were set aside."""
        return [path.read_text(errors="replace") for path in sorted(self.path.parent.glob("*.broken-*"))]


@pytest.fixture
def place(drive: Path) -> Place:
    return Place(drive / "shared.json")


@pytest.fixture
def service(place: Place) -> Iterator[ServiceProcess]:
    with ServiceProcess(place.url) as service:
        yield service


@pytest.fixture
def client(place: Place) -> Iterator[ramwire.Client]:
    with ramwire.Client(place.url, timeout=10.0) as client:
        yield client
