"""Utilities and what lies under them: language, connection, about, what to do."""

from __future__ import annotations

import json

import pytest
from octoland_api import errors, shapes
from octoland_api.shapes import State

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import StandIn, idle, offline, printing

ABOUT = shapes.About(
    octoprint="1.11.8",
    plugin="0.1.0",
    python="3.13.5",
    hostname="octoland",
    addresses=("http://octoland.local/",),
    printer="Virtual printer",
)
CONNECTION = shapes.Connection(
    state=State.OFFLINE, ports=("/dev/ttyACM0", "/dev/ttyUSB0"), port="/dev/ttyACM0", baudrate=115200
)


def open_utility(service: StandIn, start_screen: StartScreen, name: str) -> RunningScreen:
    service.start()
    screen = start_screen()
    screen.touch("tab.utilities")
    screen.wait_for(page="utilities")
    screen.touch(name)
    screen.wait_for(page=name)
    return screen


def test_utilities_are_six_at_most(service: StandIn, start_screen: StartScreen) -> None:
    service.start()
    screen = start_screen()

    screen.touch("tab.utilities")
    seen = screen.wait_for(page="utilities", target="about")

    entries = [target["id"] for target in seen["targets"] if not target["id"].startswith("tab.")]
    assert entries == ["temperatures", "motors", "connection", "language", "key", "about"]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (1, "it", ("Lingua", "Utilità")),
        (2, "es", ("Idioma", "Utilidades")),
        (3, "fr", ("Langue", "Outils")),
        (4, "de", ("Sprache", "Werkzeuge")),
    ],
)
def test_a_language_is_seen_at_once_and_remembered(
    service: StandIn, start_screen: StartScreen, row: int, code: str, words: tuple[str, str]
) -> None:
    screen = open_utility(service, start_screen, "language")

    screen.touch(f"language.{row}")
    screen.wait_for(page="language", words=words[0])
    screen.touch("back")
    screen.wait_for(page="utilities", words=words[1])

    assert json.loads((screen.state / "settings.json").read_text()) == {"language": code}
    screen.stop()
    screen.start()
    screen.touch("tab.utilities")
    assert screen.wait_for(page="utilities", words=words[1])["language"] == code


def test_all_languages_are_there_in_their_own_words(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_utility(service, start_screen, "language")

    seen = screen.wait_for(page="language", words="Deutsch")

    assert {"English", "Italiano", "Español", "Français", "Deutsch"} <= set(seen["words"])


def test_about_tells_versions_and_addresses(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["about"] = ABOUT
    screen = open_utility(service, start_screen, "about")

    seen = screen.wait_for(page="about", words="http://octoland.local/")

    assert {"1.11.8", "0.1.0", "octoland", "Virtual printer"} <= set(seen["words"])


def test_about_without_the_service_says_why(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["about"] = errors.NotPermitted("STATUS")

    open_utility(service, start_screen, "about").wait_for(page="about", words="may not do this")


def test_the_printer_is_connected_by_the_chosen_port(service: StandIn, start_screen: StartScreen) -> None:
    service.status = offline()
    service.replies["connection"] = CONNECTION
    screen = open_utility(service, start_screen, "connection")
    screen.wait_for(page="connection", words="/dev/ttyACM0")

    screen.touch("port.1")
    screen.touch("connection.act")

    assert service.wait_for("connection.connect") == {"port": "/dev/ttyACM0"}


def test_the_port_is_left_to_octoprint(service: StandIn, start_screen: StartScreen) -> None:
    service.status = offline()
    service.replies["connection"] = CONNECTION
    screen = open_utility(service, start_screen, "connection")
    screen.wait_for(page="connection", words="As set in OctoPrint")

    screen.touch("connection.act")

    assert service.wait_for("connection.connect") == {"port": None}


def test_disconnecting_during_a_print_asks_first(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.replies["connection"] = CONNECTION
    screen = open_utility(service, start_screen, "connection")

    screen.touch("connection.act")
    screen.wait_for(overlay="question", words="It is lost when the connection is")
    screen.touch("question.keep")
    screen.wait_for(overlay="")
    assert service.asked("connection.disconnect") == []

    service.now(idle())
    screen.wait_for(words="Ready")
    screen.touch("connection.act")
    service.wait_for("connection.disconnect")


def test_what_to_do_follows_what_is_wrong(service: StandIn, start_screen: StartScreen) -> None:
    service.status = offline()
    service.start()
    screen = start_screen()
    screen.wait_for(page="not_connected")

    screen.touch("help")
    screen.wait_for(page="help", words="Check the USB cable")

    service.now(offline(state=State.ERROR))
    screen.wait_for(page="help", words="The printer reports an error")
    service.now(idle())
    screen.wait_for(page="help", words="All is well")
