"""Words: each failure, state and heater has them, in every language."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from octoland_api import errors
from octoland_api.shapes import State
from octoland_tft import theme
from octoland_tft.catalogue import LANGUAGES
from octoland_tft.failure import Failure
from octoland_tft.language import translator
from octoland_tft.words import FAILURES, STATE_KINDS, STATES, failure_words, heater_words, state_words

import ramwire


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    translator.use(request.param)
    yield request.param
    translator.use("en")


def service_kinds() -> set[str]:
    found = inspect.getmembers(errors, inspect.isclass)
    return {name for name, kind in found if issubclass(kind, errors.ServiceError)} - {"ServiceError"}


def wire_kinds() -> set[str]:
    found = inspect.getmembers(ramwire, inspect.isclass)
    return {name for name, kind in found if issubclass(kind, ramwire.WireError)}


def test_each_kind_of_failure_has_words() -> None:
    assert service_kinds() | wire_kinds() <= set(FAILURES)


def test_no_words_are_for_a_failure_that_there_is_not() -> None:
    assert set(FAILURES) <= service_kinds() | wire_kinds()


def test_a_failure_never_shows_the_services_own_text(language: str) -> None:
    for kind in (*FAILURES, "SomethingNew"):
        words = failure_words(Failure(kind, "Traceback: a text for a log"))
        assert words
        assert "Traceback" not in words
        assert words[-1] in ".!", (language, words)


def test_a_command_that_may_have_run_is_not_told_as_undone() -> None:
    undone = failure_words(Failure("Timeout", "", may_have_run=False))
    unknown = failure_words(Failure("Timeout", "", may_have_run=True))

    assert "nothing was done" in undone
    assert "Look whether it was done" in unknown


def test_each_state_has_a_word_and_a_colour(language: str) -> None:
    assert set(STATES) == set(STATE_KINDS) == set(State)
    assert set(STATE_KINDS.values()) <= set(theme.CHIPS)
    words = [state_words(state) for state in State]
    assert len(set(words)) == len(words), language


def test_heaters_have_names(language: str) -> None:
    names = [heater_words(heater) for heater in ("tool0", "tool1", "bed", "chamber")]

    assert len(set(names)) == 4
    assert names[1].endswith("2"), language
    assert heater_words("tool") == names[0]
