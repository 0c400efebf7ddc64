"""The events that are kept for those who come back in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoland_api.shapes import Event, FilesChanged, Message, State, Status, StatusChanged
from octoprint_octoland.events import KEPT, History


def message(number: int) -> Message:
    return Message(text=str(number), time_s=0.0)


def status(text: str) -> StatusChanged:
    return StatusChanged(status=Status(state=State.READY, state_text=text))


@given(before=st.integers(0, 300), after=st.integers(0, 300))
def test_what_came_after_a_position_is_told_whole_or_known_to_be_lost(before: int, after: int) -> None:
    history = History()
    for number in range(before):
        history.append(message(number))
    position = history.position
    for number in range(before, before + after):
        history.append(message(number))

    events = history.since(position)

    if after > KEPT:
        assert events is None
    else:
        assert events == tuple(message(number) for number in range(before, before + after))


def test_of_several_statuses_only_the_newest_is_kept() -> None:
    history = History()
    position = history.position
    appended: tuple[Event, ...] = (status("one"), message(1), FilesChanged(), status("two"), FilesChanged())
    for event in appended:
        history.append(event)

    assert history.since(position) == (message(1), status("two"), FilesChanged())


def test_who_has_seen_all_is_told_nothing() -> None:
    history = History()
    history.append(message(1))

    assert history.since(history.position) == ()


@pytest.mark.parametrize("position", ["", "x", "x-1", "-1", "9" * 40, "é-٣"])
def test_a_position_that_is_none_of_ours_is_unknown(position: str) -> None:
    assert History().since(position) is None


def test_a_position_ahead_of_us_is_unknown() -> None:
    history = History()
    epoch = history.position.split("-", maxsplit=1)[0]

    assert history.since(f"{epoch}-7") is None


def test_each_run_has_positions_of_its_own() -> None:
    assert History().position != History().position
