"""Temperatures: seen, set by keypad and preset, and all off."""

from __future__ import annotations

import pytest
from octoland_api import errors, shapes

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import StandIn, idle, printing

PRESETS = (
    shapes.Preset(name="PLA", tool_celsius=210, bed_celsius=60),
    shapes.Preset(name="PETG", tool_celsius=240, bed_celsius=80),
    shapes.Preset(name="ABS", tool_celsius=250, bed_celsius=100),
    shapes.Preset(name="TPU", tool_celsius=230),
)


def open_page(
    service: StandIn,
    start_screen: StartScreen,
    status: shapes.Status,
    presets: tuple[shapes.Preset, ...] = (),
) -> RunningScreen:
    service.status = status
    service.replies["temperatures"] = shapes.Temperatures(heaters=status.temperatures, presets=presets)
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")
    screen.touch("tab.utilities")
    screen.wait_for(page="utilities")
    screen.touch("temperatures")
    screen.wait_for(page="temperatures", words="210.3°")
    return screen


def type_in(screen: RunningScreen, number: str) -> None:
    for digit in number:
        screen.touch(f"key.{digit}")
    screen.wait_for(words=f"{number}°")


def test_a_heater_is_set_by_the_keypad(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle())

    type_in(screen, "200")
    screen.touch("key.set")

    assert service.wait_for("temperature.set") == {"heater": "tool0", "celsius": 200}


def test_the_card_that_was_touched_is_the_one_that_is_set(
    service: StandIn, start_screen: StartScreen
) -> None:
    screen = open_page(service, start_screen, idle())

    screen.touch("heater.bed")
    type_in(screen, "75")
    screen.touch("key.erase")
    screen.touch("key.0")
    screen.wait_for(words="70°")
    screen.touch("key.set")

    assert service.wait_for("temperature.set") == {"heater": "bed", "celsius": 70}


def test_nothing_can_be_set_before_something_is_typed(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle())

    seen = screen.wait_for(page="temperatures", target="key.1")

    assert {"key.set", "key.erase"}.isdisjoint(target["id"] for target in seen["targets"])


def test_temperatures_move_as_they_are_told(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle())

    service.now(
        idle(temperatures=(shapes.Temperature(heater="tool0", actual_celsius=99.9, target_celsius=0),))
    )

    seen = screen.wait_for(words="99.9°")
    assert "off" in seen["words"]


def test_a_preset_sets_hot_end_and_bed(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle(), PRESETS[:3])

    screen.touch("preset.1")

    service.wait_for("temperature.set", times=2)
    assert service.asked("temperature.set") == [
        {"heater": "tool0", "celsius": 240},
        {"heater": "bed", "celsius": 80},
    ]


def test_more_presets_have_a_page_of_their_own(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle(), PRESETS)

    screen.touch("preset.more")
    screen.wait_for(page="presets", words="TPU")
    screen.touch("preset.row.3")

    # It leaves the bed alone.
    assert service.wait_for("temperature.set") == {"heater": "tool0", "celsius": 230}
    screen.wait_for(page="temperatures")
    assert len(service.asked("temperature.set")) == 1


def test_cool_down_switches_every_heater_off(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle())

    screen.touch("action")

    service.wait_for("temperature.set", times=2)
    assert [(each["heater"], each["celsius"]) for each in service.asked("temperature.set")] == [
        ("tool0", 0),
        ("bed", 0),
    ]


@pytest.mark.parametrize("touched", [("action",), ("preset.0",), ("key.9", "key.set")])
def test_during_a_print_it_asks_first(
    service: StandIn, start_screen: StartScreen, touched: tuple[str, ...]
) -> None:
    screen = open_page(service, start_screen, printing(), PRESETS[:1])

    for target in touched:
        screen.touch(target)
    screen.wait_for(overlay="question", words="A print is under way")
    screen.touch("question.keep")
    screen.wait_for(page="temperatures", overlay="")
    assert service.asked("temperature.set") == []

    for target in touched:
        screen.touch(target)
    screen.touch("question.do")
    service.wait_for("temperature.set")


def test_a_heater_that_there_is_not_is_told(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_page(service, start_screen, idle())
    service.replies["temperature.set"] = errors.HeaterUnknown("tool0")

    type_in(screen, "20")
    screen.touch("key.set")

    screen.wait_for(overlay="toast", words="no such heater")
