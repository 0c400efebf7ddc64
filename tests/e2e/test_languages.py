"""The printer's page in each language, chosen by touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import go_home
from tests.e2e.touch import TouchScreen, text_of

# The language's own name, its code, and its word for the tab of the printer.
LANGUAGES = [
    ("Italiano", "it", "Stampante"),
    ("Español", "es", "Impresora"),
    ("Français", "fr", "Imprimante"),
    ("Deutsch", "de", "Drucker"),
    ("English", "en", "Printer"),
]


def choose(screen: TouchScreen, name: str, code: str) -> None:
    screen.tap("tab.utilities")
    screen.wait_for_page("utilities")
    screen.tap("language")
    screen.wait_for_page("language")
    screen.tap_row(name)
    screen.wait(f"the language {code}", lambda view: view["language"] == code)
    go_home(screen)


@pytest.fixture
def _english_again(screen: TouchScreen) -> Iterator[None]:
    yield
    if screen.view()["language"] != "en":
        go_home(screen)
        choose(screen, "English", "en")


@pytest.mark.usefixtures("_english_again")
@pytest.mark.parametrize(("name", "code", "printer"), LANGUAGES)
def test_home_page_speaks_the_language_that_was_touched(
    allowed_screen: TouchScreen, name: str, code: str, printer: str
) -> None:
    choose(allowed_screen, name, code)
    assert printer in text_of(allowed_screen.view())
    allowed_screen.picture(f"30-home-{code}")
