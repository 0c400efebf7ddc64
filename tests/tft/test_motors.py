"""Motors: moved by steps, homed, switched off; filament pushed and pulled."""

from __future__ import annotations

import pytest
from octoland_api import errors, shapes

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import StandIn, idle, printing


def open_motors(
    service: StandIn, start_screen: StartScreen, status: shapes.Status, size: str = "480x320"
) -> RunningScreen:
    service.status = status
    service.start()
    screen = start_screen(size=size)
    screen.wait_for(page="home")
    screen.touch("tab.utilities")
    screen.wait_for(page="utilities")
    screen.touch("motors")
    screen.wait_for(page="motors")
    return screen


@pytest.mark.parametrize("size", ["480x320", "320x480"])
def test_the_head_moves_by_the_chosen_step(service: StandIn, start_screen: StartScreen, size: str) -> None:
    screen = open_motors(service, start_screen, idle(), size)
    moves = [
        (None, "jog.x+", {"x_mm": 10, "y_mm": 0, "z_mm": 0}),
        ("step.0.1", "jog.z-", {"x_mm": 0, "y_mm": 0, "z_mm": -0.1}),
        ("step.100", "jog.y-", {"x_mm": 0, "y_mm": -100, "z_mm": 0}),
        ("step.1", "jog.x-", {"x_mm": -1, "y_mm": 0, "z_mm": 0}),
    ]

    for times, (step, target, sent) in enumerate(moves, 1):
        if step is not None:
            screen.touch(step)
        screen.touch(target)
        assert service.wait_for("motion.jog", times=times) == sent


@pytest.mark.parametrize(
    ("target", "axes"), [("home.xy", ["x", "y"]), ("home.z", ["z"]), ("home.xyz", ["x", "y", "z"])]
)
def test_axes_are_homed(service: StandIn, start_screen: StartScreen, target: str, axes: list[str]) -> None:
    screen = open_motors(service, start_screen, idle())

    screen.touch(target)

    assert service.wait_for("motion.home") == {"axes": axes}


def test_the_motors_are_switched_off(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_motors(service, start_screen, idle())

    screen.touch("action")

    service.wait_for("motion.off")


def test_during_a_print_switching_the_motors_off_asks_first(
    service: StandIn, start_screen: StartScreen
) -> None:
    screen = open_motors(service, start_screen, printing())

    screen.touch("action")
    screen.wait_for(overlay="question", words="It loses its place")
    screen.touch("question.keep")
    screen.wait_for(overlay="")

    assert service.asked("motion.off") == []


def test_a_move_that_is_refused_is_told(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["motion.jog"] = errors.Printing("a print is running")
    screen = open_motors(service, start_screen, printing())

    screen.touch("jog.x+")

    screen.wait_for(overlay="toast", words="A print is running")


def test_filament_is_pushed_and_pulled_by_the_chosen_step(
    service: StandIn, start_screen: StartScreen
) -> None:
    screen = open_motors(service, start_screen, idle())

    screen.touch("extrude")
    assert service.wait_for("motion.extrude") == {"length_mm": 10}
    screen.touch("retract")
    assert service.wait_for("motion.extrude", times=2) == {"length_mm": -10}


def test_filament_stays_in_a_cold_hot_end(service: StandIn, start_screen: StartScreen) -> None:
    cold = (shapes.Temperature(heater="tool0", actual_celsius=24, target_celsius=0),)
    screen = open_motors(service, start_screen, idle(temperatures=cold))

    screen.touch("extrude")

    screen.wait_for(overlay="toast", words="too cold for this: 24°")
    assert service.asked("motion.extrude") == []
