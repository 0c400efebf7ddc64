"""The printer's page, touched and seen."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from octoland_api import errors, shapes

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn, idle, paused, printing


def test_the_screen_starts_with_the_printer(service: StandIn, start_screen: StartScreen) -> None:
    service.start()

    seen = start_screen().wait_for(page="home", words="Ready")

    assert "No file selected" in seen["words"]


def test_a_print_shows_how_far_it_is(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()

    seen = start_screen().wait_for(page="home", words="Printing")

    figures = {
        "calibration_box_0.2mm_PLA.gcode",
        "42\u00a0%",
        "layer 31 / 74",
        "210°",
        "60°",
        "52\u00a0°C",
        "37\u00a0%",
    }
    assert figures <= set(seen["words"])
    assert any(text.endswith("left") for text in seen["words"])
    assert any("done about" in text for text in seen["words"])


def test_what_happens_is_shown_without_asking_for_it(service: StandIn, start_screen: StartScreen) -> None:
    service.start()
    screen = start_screen()
    screen.wait_for(page="home", words="Ready")
    asked = len(service.asked("status"))

    service.now(printing(completion=77))

    screen.wait_for(words="77\u00a0%")
    assert len(service.asked("status")) == asked


@pytest.mark.parametrize(
    ("status", "touched", "verb"),
    [
        (printing(), "pause", "job.pause"),
        (printing(), "cancel", "job.cancel"),
        (paused(), "resume", "job.resume"),
        (paused(), "cancel", "job.cancel"),
        (idle(file=shapes.SelectedFile(path="a.gcode", name="a.gcode")), "start", "job.start"),
    ],
)
def test_a_command_is_sent_once_the_question_is_answered(
    service: StandIn, start_screen: StartScreen, status: shapes.Status, touched: str, verb: str
) -> None:
    service.status = status
    service.start()
    screen = start_screen()

    screen.touch(touched)
    screen.wait_for(overlay="question")
    screen.touch("question.keep")
    screen.wait_for(overlay="")
    assert service.asked(verb) == []

    screen.touch(touched)
    screen.touch("question.do")
    service.wait_for(verb)
    screen.wait_for(overlay="")
    assert len(service.asked(verb)) == 1


NAMED = shapes.SelectedFile(path="a.gcode", name="a.gcode")
OTHER = shapes.SelectedFile(path="b.gcode", name="b.gcode")


@pytest.mark.parametrize(
    ("status", "touched", "then"),
    [
        (printing(), "pause", paused()),
        (printing(), "cancel", idle()),
        (printing(file=NAMED), "cancel", printing(file=OTHER)),
        (paused(), "resume", printing()),
        (idle(file=NAMED), "start", idle(file=OTHER)),
        (idle(file=NAMED), "start", printing(file=NAMED)),
    ],
)
def test_a_question_goes_when_what_it_asks_about_has(
    service: StandIn, start_screen: StartScreen, status: shapes.Status, touched: str, then: shapes.Status
) -> None:
    service.status = status
    service.start()
    screen = start_screen()
    screen.touch(touched)
    screen.wait_for(overlay="question")

    service.now(then)

    screen.wait_for(page="home", overlay="")


def test_a_question_stays_while_the_figures_change(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.touch("cancel")
    screen.wait_for(overlay="question")

    service.now(printing(completion=77))

    screen.wait_for(overlay="question", words="77\u00a0%")


def test_a_command_that_is_refused_is_told_in_words(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.replies["job.pause"] = errors.NotPermitted("this key may not pause")
    service.start()
    screen = start_screen()

    screen.touch("pause")
    screen.touch("question.do")

    screen.wait_for(overlay="toast", words="may not do this")
    screen.touch("toast.close")
    screen.wait_for(page="home", overlay="")


def test_a_command_whose_answer_does_not_come_may_have_been_carried_out(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = printing()
    service.replies["job.pause"] = _never
    service.start()
    screen = start_screen()

    screen.touch("pause")
    screen.touch("question.do")

    screen.wait_for(overlay="toast", words="Look whether it was done")
    assert len(service.asked("job.pause")) == 1


def test_while_it_pauses_it_cannot_be_paused_again(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing(state=shapes.State.PAUSING)
    service.start()

    seen = start_screen().wait_for(page="home", words="Pausing")

    targets = {target["id"] for target in seen["targets"]}
    assert "pause" not in targets
    assert "cancel" in targets


def test_a_larger_screen_shows_the_past_temperatures(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["temperatures"] = shapes.Temperatures(heaters=())
    service.start()
    screen = start_screen(size="800x480")

    screen.wait_for(page="home")
    service.wait_for("temperatures")

    small = start_screen(size="480x320")
    small.wait_for(page="home")
    assert len(service.asked("temperatures")) == 1


def _never() -> Future[object]:
    """An answer that does not come."""
    return Future()
