"""The printer's questions, gathered line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoland_api.errors import InvalidArguments, NoPrompt
from octoland_api.shapes import Prompt
from octoprint_octoland.prompts import MOST_CHOICES, Prompts


def asked(*actions: str) -> Prompts:
    prompts = Prompts()
    for action in actions:
        prompts.hear(action)
    return prompts


def test_a_question_shows_when_the_printer_says_so() -> None:
    prompts = asked("prompt_begin Filament out", "prompt_choice Go on", "prompt_button Give up")
    assert prompts.shown is None

    assert prompts.hear("prompt_show")
    assert prompts.shown == Prompt(text="Filament out", choices=("Go on", "Give up"))


def test_the_end_takes_it_away() -> None:
    prompts = asked("prompt_begin Sure?", "prompt_show")

    assert prompts.hear("prompt_end")
    assert prompts.shown is None


def test_a_question_is_answered_once() -> None:
    prompts = asked("prompt_begin Sure?", "prompt_choice Yes", "prompt_show")

    prompts.answer(0)
    with pytest.raises(NoPrompt):
        prompts.answer(0)


def test_a_question_without_choices_is_answered_with_the_first() -> None:
    prompts = asked("prompt_begin Look here", "prompt_show")

    with pytest.raises(InvalidArguments):
        prompts.answer(1)
    prompts.answer(0)
    assert prompts.shown is None


def test_a_choice_that_was_not_offered_keeps_the_question() -> None:
    prompts = asked("prompt_begin Sure?", "prompt_choice Yes", "prompt_show")

    with pytest.raises(InvalidArguments, match="offers 1"):
        prompts.answer(1)
    assert prompts.shown is not None


def test_choices_are_bounded() -> None:
    prompts = asked("prompt_begin Which?", *["prompt_choice one"] * 1000, "prompt_show")

    assert prompts.shown is not None
    assert len(prompts.shown.choices) == MOST_CHOICES


NAMES = st.sampled_from([f"prompt_{name}" for name in ("begin", "choice", "button", "show", "end", "")])


@given(actions=st.lists(st.tuples(NAMES, st.text(max_size=10)).map(" ".join), max_size=20))
def test_lines_in_any_order_do_no_harm(actions: list[str]) -> None:
    prompts = Prompts()

    for action in actions:
        before = prompts.shown
        assert prompts.hear(action) == (prompts.shown is not before)
