"""The printer's page, touched and seen."""

from __future__ import annotations

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn, idle


def test_home_is_where_the_screen_starts(service: StandIn, start_screen: StartScreen) -> None:
    service.status = idle()
    service.start()
    screen = start_screen()

    seen = screen.wait_for(page="home", words="Ready")

    assert "No file selected" in seen["words"]
    screen.picture("en/home-idle-480x320")
