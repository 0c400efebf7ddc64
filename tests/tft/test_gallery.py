"""Every page and overlay in every language and size: nothing is cut, small, blank or over something else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.tft.display import ARTEFACTS, Display

LANGUAGES = ("en", "it", "es", "fr", "de")


@pytest.fixture(scope="module")
def report(display: Display) -> list[str]:
    """What is wrong, scene by scene: "de/home-idle-480x320: …"."""
    subprocess.run(
        [sys.executable, "-m", "tests.tft.gallery", str(ARTEFACTS)],
        env={**os.environ, "DISPLAY": display.name},
        check=True,
        timeout=500,
    )
    found: list[str] = json.loads((ARTEFACTS / "report.json").read_text())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_scene_fits_in_each_size(report: list[str], language: str) -> None:
    assert [what for what in report if what.startswith(f"{language}/")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_scene_is_pictured(report: list[str], language: str) -> None:
    assert report is not None
    assert list((ARTEFACTS / language).glob("home-printing-480x320.png"))


def test_each_menu_entry_leads_somewhere_and_has_words_and_an_icon(report: list[str]) -> None:
    assert [what for what in report if what.startswith("menu ")] == []
