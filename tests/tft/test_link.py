"""The screen and the service: either may come first, go, and come back."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from octoland_api import shapes

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn, offline, printing


def test_without_the_service_the_screen_says_why_and_what_now(start_screen: StartScreen) -> None:
    screen = start_screen()

    seen = screen.wait_for(page="not_connected", words="OctoPrint is not answering")

    assert any("comes back by itself" in text for text in seen["words"])
    screen.touch("help")
    screen.wait_for(page="help")


def test_the_service_may_come_after_the_screen(service: StandIn, start_screen: StartScreen) -> None:
    screen = start_screen()
    screen.wait_for(page="not_connected")

    service.start()

    screen.wait_for(page="home")


def test_the_service_may_be_restarted(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")

    service.stop()
    screen.wait_for(page="not_connected")
    again = StandIn(service.url, printing(completion=50))
    again.start()
    try:
        screen.wait_for(page="home", words="50\u00a0%")
        again.m117("still here")
        screen.wait_for(overlay="message", words="still here")
    finally:
        again.stop()


def test_the_folder_may_be_made_anew(service: StandIn, start_screen: StartScreen) -> None:
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")

    service.stop()
    shutil.rmtree(service.url.partition(":")[2])
    screen.wait_for(page="not_connected")
    again = StandIn(service.url, printing())
    again.start()
    try:
        screen.wait_for(page="home", words="Printing")
    finally:
        again.stop()


def test_a_drive_that_comes_late_is_waited_for(
    service: StandIn, start_screen: StartScreen, tmp_path: Path
) -> None:
    (tmp_path / "drive").rmdir()
    screen = start_screen()
    screen.wait_for(page="not_connected")

    shutil.rmtree(tmp_path / "drive", ignore_errors=True)
    (tmp_path / "drive").mkdir(mode=0o700)
    service.start()

    screen.wait_for(page="home")


def test_a_printer_that_is_not_connected_can_be_connected(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = offline()
    service.start()
    screen = start_screen()
    screen.wait_for(page="not_connected", words="The printer is not connected")

    screen.touch("connect")

    service.wait_for("connection.connect")
    service.now(offline(state=shapes.State.CONNECTING))
    screen.wait_for(words="Connecting to the printer")
    service.now(printing())
    screen.wait_for(page="home", words="Printing")


def test_an_error_of_the_printer_is_shown_in_its_own_words(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = offline(state=shapes.State.ERROR, error="MAXTEMP triggered")
    service.start()

    start_screen().wait_for(page="not_connected", words="MAXTEMP triggered")


def test_sigterm_ends_the_screen_cleanly(service: StandIn, start_screen: StartScreen) -> None:
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")

    assert screen.stop() == 0
    assert "Traceback" not in screen.log.read_text()
    drive = Path(service.url.partition(":")[2])
    assert list((drive / "server").iterdir()) == list((drive / "client").iterdir()) == []


def test_killing_the_screen_does_nothing_to_a_print(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.wait_for(page="home", target="cancel")

    screen.process.send_signal(signal.SIGKILL)
    screen.process.wait()
    screen.start()
    screen.wait_for(page="home", words="Printing")

    assert not [verb for verb, _ in service.requests if verb.startswith("job.")]


def test_a_size_that_is_none_is_refused_in_words(start_screen: StartScreen) -> None:
    screen = start_screen(size="small")

    assert screen.process.wait(10) != 0
    assert "OCTOLAND_TFT_SIZE must be WIDTHxHEIGHT" in screen.log.read_text()
