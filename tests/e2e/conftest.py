"""The running demo (`make test-e2e` makes it), and its screen with a key that was asked for by touch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.octoprint import OctoPrint, allow
from tests.e2e.touch import ALBUM, TouchScreen, View, ids, text_of
from tools.virtual_pi import demo

APP = "OctoLand screen"
FILE = "pearl.gcode"


@dataclass(frozen=True)
class VirtualPi:
    container: str
    screen_url: str


@pytest.fixture(scope="session")
def pi() -> VirtualPi:
    known = demo.running()
    return VirtualPi(known.container, demo.screen_url(known))


@pytest.fixture(scope="session")
def octoprint() -> OctoPrint:
    known = demo.running()
    return OctoPrint(demo.octoprint_url(known), known.api_key, *demo.administrator(known))


@pytest.fixture(scope="session")
def screen(pi: VirtualPi) -> TouchScreen:
    shutil.rmtree(ALBUM, ignore_errors=True)
    ALBUM.mkdir(parents=True)
    return TouchScreen(pi.container)


@pytest.fixture(autouse=True)
def _at_rest(octoprint: OctoPrint, screen: TouchScreen) -> Iterator[None]:
    """Each test begins with a printer at rest and the screen on its first page."""
    octoprint.rest()
    go_home(screen)
    yield
    octoprint.rest()


@pytest.fixture
def allowed_screen(screen: TouchScreen, octoprint: OctoPrint) -> TouchScreen:
    """The screen with a key, asked for by touch and allowed in OctoPrint's page where it has none."""
    view = screen.view()
    if "key" in ids(view):
        ask_for_key(screen, octoprint)
    return screen


# From whatever lies on top to the tab of the printer, nearest first.
WAYS_HOME = ("question.keep", "message.close", "toast.close", "prompt.close", "tab.printer", "back")


def go_home(screen: TouchScreen) -> None:
    """To the printer's page, by touch, from wherever the last test has left it."""
    for _ in range(8):
        view = screen.wait("a way home", lambda seen: is_home(seen) or bool(ids(seen) & set(WAYS_HOME)))
        if is_home(view):
            return
        screen.tap_and_look(view, next(way for way in WAYS_HOME if way in ids(view)))
    raise AssertionError(f"no way home from {screen.view()}")


def is_home(view: View) -> bool:
    return view["page"] in ("home", "not_connected") and view["overlay"] is None


def ask_for_key(screen: TouchScreen, octoprint: OctoPrint, album: str = "key") -> None:
    screen.tap("key")
    screen.wait_for_page("key")
    if "://" not in text_of(screen.view()):
        screen.tap("key.ask")
    screen.wait_for_words("http://")
    screen.picture(f"{album}-asked")
    allow(octoprint, str(ALBUM / f"{album}-octoprints-page.png"))
    screen.wait("the key taken", lambda seen: "http://" not in text_of(seen))
    screen.picture(f"{album}-allowed")
    go_home(screen)
