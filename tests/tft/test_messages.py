"""M117 messages and the printer's own questions."""

from __future__ import annotations

from octoland_api import shapes

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn, printing

PROMPT = shapes.Prompt(text="Filament has run out.", choices=("Purge more", "Continue"))


def test_a_message_slides_over_and_can_be_put_away(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")

    service.m117("Layer 31: colour change soon")

    screen.wait_for(page="home", overlay="message", words="Layer 31: colour change soon")
    screen.touch("message.close")
    screen.wait_for(overlay="")


def test_an_empty_message_takes_the_last_one_away(service: StandIn, start_screen: StartScreen) -> None:
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")
    service.m117("first")
    screen.wait_for(overlay="message", words="first")

    service.m117("second")
    screen.wait_for(overlay="message", words="second")
    service.m117("")

    screen.wait_for(page="home", overlay="")


def test_pause_and_cancel_can_be_touched_under_a_message(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.wait_for(page="home")
    service.m117(
        "a long message that goes on and on, over more than one line of the small screen it is shown on"
    )
    screen.wait_for(overlay="message")

    screen.touch("cancel")

    screen.wait_for(overlay="question", words="Cancel this print?")


def test_a_message_does_not_lie_over_a_question(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.touch("cancel")
    screen.wait_for(overlay="question")

    service.m117("Layer 31: colour change soon")

    seen = screen.wait_for(words="Layer 31", overlay="question")
    assert [target["id"] for target in seen["targets"]] == ["question.keep", "question.do"]
    screen.touch("question.keep")
    screen.wait_for(page="home", overlay="message")


def test_without_a_key_the_printers_question_does_not_bar_the_way_to_one(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = printing(prompt=PROMPT)
    service.start()
    screen = start_screen(key=None)
    screen.wait_for(page="key", target="key.not_now")

    screen.touch("key.not_now")

    screen.wait_for(page="home", overlay="", target="key")


def test_a_prompt_is_answered_with_its_choice(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing(prompt=PROMPT)
    service.start()
    screen = start_screen()
    screen.wait_for(overlay="prompt", words="Filament has run out.")

    screen.touch("prompt.1")

    assert service.wait_for("prompt.answer") == {"choice": 1}
    screen.wait_for(overlay="")


def test_a_prompt_answered_elsewhere_goes(service: StandIn, start_screen: StartScreen) -> None:
    service.status = printing(prompt=PROMPT)
    service.start()
    screen = start_screen()
    screen.wait_for(overlay="prompt")

    service.now(printing())

    screen.wait_for(page="home", overlay="")


def test_a_prompt_that_was_put_away_is_found_on_the_printers_page(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.status = printing(prompt=PROMPT)
    service.start()
    screen = start_screen()
    screen.wait_for(overlay="prompt")

    screen.touch("prompt.close")
    screen.wait_for(overlay="", target="prompt")
    screen.touch("prompt")

    screen.wait_for(overlay="prompt", words="Filament has run out.")
