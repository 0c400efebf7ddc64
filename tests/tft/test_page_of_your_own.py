"""The page that docs/screen.md shows to coders works as it stands there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn

DOCUMENT = Path(__file__).parents[2] / "docs/screen.md"

# The screen, with one more folder of pages, and the menu with the document's row in the last one's place.
PROGRAM = """
import os
from octoland_tft.app import configure_kivy, main

configure_kivy(os.environ["OCTOLAND_TFT_SIZE"], "virtual")
from octoland_tft import menu, pages
from octoland_tft.language import N_
from octoland_tft.menu import MenuEntry

pages.__path__.append({folder!r})
menu.UTILITIES = (*menu.UTILITIES[:5], {row})
main()
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a program with the page and its row in the menu."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (page, row), (layout,) = blocks("python"), blocks("kv")
    (folder / "light.py").write_text(page)
    (folder / "light.kv").write_text(layout)
    (tmp_path / "screen_with_a_light.py").write_text(
        PROGRAM.format(folder=str(folder), row=row.strip().rstrip(","))
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return "screen_with_a_light"


def test_the_documents_page_switches_the_light(
    service: StandIn, start_screen: StartScreen, program: str
) -> None:
    service.start()
    screen = start_screen(program=program)

    screen.touch("tab.utilities")
    screen.touch("light")
    screen.wait_for(page="light", words="Light")
    screen.touch("light.on")
    assert service.wait_for("gcode.send") == {"commands": ["M355 S1"]}
    screen.touch("light.off")

    assert service.wait_for("gcode.send", times=2) == {"commands": ["M355 S0"]}


def test_the_documents_pictures_are_there() -> None:
    shown = re.findall(r"\((pictures/[^)]+)\)", DOCUMENT.read_text("utf-8"))

    assert shown
    assert [picture for picture in shown if not (DOCUMENT.parent / picture).exists()] == []
