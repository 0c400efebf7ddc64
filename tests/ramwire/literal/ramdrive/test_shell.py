"""A shell that has printf, ls and sleep is a client."""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path

from tests.ramwire.command.processes import DEADLINE_S

from .conftest import Service

NAME = "20261121093000_1"


def test_shell_reads_a_json_answer(echo: Service) -> None:
    done = echo.bash(f"{NAME}.json", "add [2, 5]")
    assert (done.code, json.loads(done.out)) == (0, 7)
    assert echo.is_empty()


def test_shell_reads_a_text_answer(echo: Service) -> None:
    done = echo.bash(f"{NAME}.txt", 'upper "howdy"')
    assert (done.code, done.out.strip()) == (0, "HOWDY")
    assert echo.is_empty()


def test_text_of_a_value_is_what_python_shows(echo: Service) -> None:
    done = echo.bash(f"{NAME}.txt", 'echo [["a", 1, null]]')
    assert (done.code, done.out.strip()) == (0, "['a', 1, None]")


def test_shell_receives_a_pickle_where_it_asks_for_nothing_else(echo: Service) -> None:
    echo.leave(NAME, 'echo [["a", 1, null]]\n')
    assert pickle.loads(echo.take(f"{NAME}.pickle")) == ["a", 1, None]
    assert echo.is_empty()


def test_named_arguments_are_an_object(echo: Service) -> None:
    done = echo.bash(f"{NAME}.json", 'add {"b": 5, "a": 2.5}')
    assert (done.code, json.loads(done.out)) == (0, 7.5)


def test_any_other_value_is_the_single_argument(echo: Service) -> None:
    done = echo.bash(f"{NAME}.json", 'upper "äöü"')
    assert (done.code, json.loads(done.out)) == (0, "ÄÖÜ")


def test_shell_reads_the_error_of_a_verb(echo: Service) -> None:
    done = echo.bash(NAME, 'fail "the nozzle is clogged"')
    assert (done.code, done.out.strip()) == (1, "RuntimeError: the nozzle is clogged")
    assert echo.is_empty()


def test_error_is_named_after_the_whole_request(echo: Service) -> None:
    echo.leave(f"{NAME}-Bob7.json", "fail\n")
    assert b"this verb always fails" in echo.take(f"{NAME}-Bob7.json.error")


def test_token_stays_in_the_name_of_the_answer(echo: Service) -> None:
    echo.leave(f"{NAME}-Bob7", "add [1, 1]\n")
    assert pickle.loads(echo.take(f"{NAME}-Bob7.pickle")) == 2


def test_handshake_is_taken_and_not_answered(echo: Service) -> None:
    assert echo.bash(NAME, "Hello").code == 0
    assert echo.is_empty()


def test_unknown_verb_ends_in_words(echo: Service) -> None:
    done = echo.bash(NAME, "dance")
    assert done.code == 1
    assert "dance" in done.out


def test_broken_json_ends_in_words(echo: Service) -> None:
    done = echo.bash(NAME, "add [2,")
    assert done.code == 1
    assert "JSON" in done.out


def test_answer_is_whole_when_it_shows(echo: Service) -> None:
    """A peer that reads at the first sight of a name has all of it."""
    text = "x" * 1_000_000
    for number in range(10):
        reply = f"20261121093000_{number}.json"
        echo.leave(reply, f'echo ["{text}"]\n')
        assert json.loads(read_at_first_sight(echo.client / reply)) == text
        (echo.client / reply).unlink()


def read_at_first_sight(path: Path) -> bytes:
    """Without a pause between two looks."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if path.exists():
            return path.read_bytes()
    raise AssertionError(f"waited in vain for {path}")
