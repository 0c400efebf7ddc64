"""A fault in a page ends that page, never the screen."""

from __future__ import annotations

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn, printing

FAULTY = "tests.tft.faulty_screen"


def test_a_page_that_cannot_be_built_gives_way_to_the_error_page(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.start()
    screen = start_screen(program=FAULTY)
    screen.wait_for(page="home")

    screen.touch("tab.utilities")

    screen.wait_for(page="error", words="no-such-icon")
    screen.touch("back")
    screen.wait_for(page="home")


def test_a_page_that_raises_at_a_touch_gives_way_to_the_error_page(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = printing()
    service.start()
    screen = start_screen(program=FAULTY)
    screen.wait_for(page="home")

    screen.touch("tab.files")
    screen.touch("raises")

    screen.wait_for(page="error", words="this handler fails")
    service.m117("the screen lives on")
    screen.wait_for(overlay="message", words="the screen lives on")
    assert screen.process.poll() is None
