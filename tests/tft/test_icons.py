"""Without the icons' font the screen says so in its log, and works with words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from octoland_api import shapes

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn

# The screen on a machine where the font is not installed.
PROGRAM = """
import os

there_is = os.path.exists
os.path.exists = lambda path: "MaterialIcons" not in str(path) and there_is(path)

from octoland_tft.app import main

main()
"""


@pytest.fixture
def without_icons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "screen_without_icons.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return "screen_without_icons"


def test_without_icons_the_screen_works_with_words(
    service: StandIn, start_screen: StartScreen, without_icons: str
) -> None:
    service.replies["temperatures"] = shapes.Temperatures(heaters=())
    service.start()
    screen = start_screen(program=without_icons)

    screen.touch("tab.utilities")
    screen.wait_for(page="utilities")
    screen.touch("temperatures")
    screen.wait_for(page="temperatures", words="Set")
    screen.touch("key.7")
    screen.touch("key.erase")
    screen.touch("back")
    screen.wait_for(page="utilities", overlay="")

    assert "fonts-material-design-icons-iconfont" in screen.log.read_text()
    screen.picture("without-icons")
