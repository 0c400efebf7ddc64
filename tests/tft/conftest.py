"""The real screen on a virtual display, before a stand-in for the printer's service (see `stand_in`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Optional, Protocol

import pytest

from tests.tft.display import Display, RunningScreen
from tests.tft.stand_in import KEY, StandIn

# Tests of words and figures import Kivy, which else reads pytest's arguments and writes into the home folder.
for name in ("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")


class StartScreen(Protocol):
    def __call__(
        self, size: str = ..., language: str = ..., key: Optional[str] = ..., program: str = ...
    ) -> RunningScreen: ...


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    shown = Display()
    yield shown
    shown.close()


@pytest.fixture
def wire_url(tmp_path: Path) -> str:
    drive = tmp_path / "drive"
    drive.mkdir(mode=0o700)
    return f"ramdrive:{drive}/octoprint"


@pytest.fixture
def service(wire_url: str) -> Iterator[StandIn]:
    """The printer's service, not started yet."""
    stand_in = StandIn(wire_url)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def start_screen(display: Display, tmp_path: Path, wire_url: str) -> Iterator[StartScreen]:
    """Starts the screen program; it is ended after the test."""
    started: list[RunningScreen] = []

    def start(
        size: str = "480x320",
        language: str = "en",
        key: Optional[str] = KEY,
        program: str = "octoland_tft.app",
    ) -> RunningScreen:
        started.append(
            RunningScreen(display, tmp_path, wire_url, size=size, language=language, key=key, program=program)
        )
        return started[-1]

    yield start
    for screen in started:
        screen.process.kill()
        screen.process.wait()
