"""On a desk, a page that is saved is seen at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import StandIn

PROGRAM = """
import os
from octoland_tft.app import configure_kivy, main

configure_kivy(os.environ["OCTOLAND_TFT_SIZE"], "virtual")
from octoland_tft import menu, pages
from octoland_tft.menu import MenuEntry

pages.__path__.append({folder!r})
menu.UTILITIES = (*menu.UTILITIES[:5], MenuEntry("light", "Light", "translate", page="light"))
main()
"""
PAGE = """
from octoland_tft.kivy_api import StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import text


class LightPage(Page):
    words = StringProperty("from the code")


load_beside(__file__)
"""
LAYOUT = """
<LightPage>:
    orientation: "vertical"
    Text:
        text: root.words
    Text:
        text: "from the layout"
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with one page more."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "light.py").write_text(PAGE)
    (folder / "light.kv").write_text(LAYOUT)
    return folder


@pytest.fixture
def screen(
    pages: Path, service: StandIn, start_screen: StartScreen, monkeypatch: pytest.MonkeyPatch
) -> RunningScreen:
    """The screen with that page open."""
    (pages.parent / "screen_of_a_desk.py").write_text(PROGRAM.format(folder=str(pages)))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pages.parent), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("OCTOLAND_TFT_RELOAD", "1")
    service.start()
    started = start_screen(program="screen_of_a_desk")
    started.touch("tab.utilities")
    started.touch("light")
    started.wait_for(page="light", words="from the code")
    return started


def test_a_saved_layout_is_seen(screen: RunningScreen, pages: Path) -> None:
    (pages / "light.kv").write_text(LAYOUT.replace("from the layout", "from the new layout"))

    seen = screen.wait_for(page="light", words="from the new layout")
    assert "from the layout" not in seen["words"]


def test_saved_code_is_run(screen: RunningScreen, pages: Path) -> None:
    (pages / "light.py").write_text(PAGE.replace("from the code", "from the new code"))

    screen.wait_for(page="light", words="from the new code")


def test_a_page_that_is_broken_says_so_until_it_is_mended(screen: RunningScreen, pages: Path) -> None:
    (pages / "light.py").write_text("class LightPage(:\n")
    screen.wait_for(page="error", words="SyntaxError")

    (pages / "light.py").write_text(PAGE.replace("from the code", "from the mended code"))

    screen.wait_for(page="light", words="from the mended code")
