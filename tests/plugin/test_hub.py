"""The hub: whoever waits is answered, whatever fails beside."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from octoland_api.errors import Failed, KeyRefused
from octoland_api.shapes import Events, State, Status, StatusChanged, from_wire
from octoprint_octoland.deferred import Deferred
from octoprint_octoland.events import KEPT, LONGEST_MESSAGE, Hub
from octoprint_octoland.loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    loop.start()
    yield loop
    loop.stop()


def _ready() -> Status:
    return Status(state=State.READY, state_text="Operational")


def _broken() -> Status:
    raise OSError("no such sensor")


def _allowed() -> None:
    pass


def _revoked() -> None:
    raise KeyRefused("not any more")


def _odd() -> None:
    raise RuntimeError("dictionary changed size during iteration")


def _events(deferred: Deferred) -> Events:
    return from_wire(Events, deferred.result(timeout=5))


def test_messages_are_told_though_the_status_cannot_be_read(
    loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub(loop, _broken)
    with caplog.at_level(logging.ERROR):
        begun = _events(hub.wait("", 5, _allowed))
        waiting = hub.wait(begun.next, 5, _allowed)
        loop.post(hub.state_changed)
        loop.post(lambda: hub.message("Hello", 1.0))
        told = _events(waiting)
        over = _events(hub.wait(told.next, 0.01, _allowed))

    assert begun.events == ()
    assert [event.text for event in told.events] == ["Hello"]  # type: ignore[union-attr]
    assert over.events == ()
    # Once, and not at each change of a figure.
    assert caplog.text.count("The status cannot be read") == 1


def test_one_whose_key_cannot_be_checked_keeps_nobody_waiting(loop: Loop) -> None:
    hub = Hub(loop, _ready)
    position = _events(hub.wait("", 5, _allowed)).next
    odd = hub.wait(position, 30, _odd)
    revoked = hub.wait(position, 30, _revoked)
    allowed = hub.wait(position, 30, _allowed)
    loop.post(lambda: hub.message("Hello", 1.0))

    assert isinstance(odd.exception(timeout=5), Failed)
    assert isinstance(revoked.exception(timeout=5), KeyRefused)
    assert _events(allowed).events


def test_one_who_may_know_the_status_alone_is_told_nothing_else(loop: Loop) -> None:
    state = [_ready()]
    hub = Hub(loop, lambda: state[-1])
    position = _events(hub.wait("", 5, _allowed)).next
    waiting = hub.wait(position, 30, _allowed, (StatusChanged,))
    loop.post(lambda: hub.message("secret", 1.0))
    loop.post(hub.files_changed)
    state.append(Status(state=State.PRINTING, state_text="Printing"))
    loop.post(hub.state_changed)

    told = _events(waiting)
    assert told.events == (StatusChanged(status=state[-1]),)
    assert _events(hub.wait(told.next, 0, _allowed)).events == ()


def test_more_secrets_than_are_kept_do_not_cut_off_one_who_may_not_know_them(loop: Loop) -> None:
    hub = Hub(loop, _ready)
    position = _events(hub.wait("", 5, _allowed)).next
    waiting = hub.wait(position, 30, _allowed, (StatusChanged,))
    for _ in range(KEPT + 1):
        loop.post(lambda: hub.message("secret", 1.0))

    told = _events(waiting)
    assert told.lost
    assert told.events == (StatusChanged(status=_ready()),)


def test_a_message_of_any_length_is_cut_to_what_a_screen_shows(loop: Loop) -> None:
    hub = Hub(loop, _ready)
    position = _events(hub.wait("", 5, _allowed)).next
    waiting = hub.wait(position, 30, _allowed)
    loop.post(lambda: hub.message("x" * 1_000_000, 1.0))

    (message,) = _events(waiting).events
    assert message.text == "x" * LONGEST_MESSAGE  # type: ignore[union-attr]
