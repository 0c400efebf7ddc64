"""The desk where keys are asked for: an OctoPrint that fails, and programs that ask without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional, cast

import pytest
from octoland_api.errors import Failed
from octoland_api.shapes import KeyOutcome, KeyRequest, from_wire
from octoprint_octoland.adapters.appkeys import AppKeys, Asked
from octoprint_octoland.keys import MOST_A_MINUTE, MOST_WAITING, KeyDesk
from octoprint_octoland.loop import Loop


class Questions:
    """Stands for OctoPrint's Application Keys; fails where it is not as it should be."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failure: Optional[Exception] = None

    def ask(self, app: str, user: Optional[str]) -> Asked:  # noqa: ARG002 - as there
        if self.failure is not None:
            raise self.failure
        self.asked.append(app)
        return Asked(f"token-{len(self.asked)}", f"approver-{len(self.asked)}")

    def collect(self, asked: Asked) -> Optional[str]:
        if self.failure is not None:
            raise self.failure
        return f"key-{asked.app_token}"

    def withdraw(self, asked: Asked) -> None:
        """Nothing to see here."""


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    loop.start()
    yield loop
    loop.stop()


def test_one_who_asks_without_end_is_told_to_wait(loop: Loop) -> None:
    questions = Questions()
    desk = KeyDesk(loop, cast(AppKeys, questions), lambda: None)

    asked = [desk.request("Screen", None) for _ in range(MOST_A_MINUTE + 5)]

    requests = [from_wire(KeyRequest, each.result(timeout=5)) for each in asked[:MOST_A_MINUTE]]
    assert len({request.token for request in requests}) == MOST_A_MINUTE
    for refused in asked[MOST_A_MINUTE:]:
        assert isinstance(refused.exception(timeout=5), Failed)
    # The question that stands is not taken away by what was refused.
    assert len(questions.asked) == MOST_A_MINUTE
    assert desk.outcome(requests[-1].token, 0).result(timeout=5)["state"] == "waiting"  # type: ignore[index]


def test_one_who_asks_learns_that_octoprint_cannot(loop: Loop) -> None:
    questions = Questions()
    desk = KeyDesk(loop, cast(AppKeys, questions), lambda: None)
    token = from_wire(KeyRequest, desk.request("Screen", None).result(timeout=5)).token
    waiting = desk.outcome(token, 30)

    questions.failure = OSError("no space left on device")
    desk.ended("approver-1")

    assert isinstance(waiting.exception(timeout=5), Failed)
    assert isinstance(desk.request("Screen", None).exception(timeout=5), Failed)


def test_of_many_who_wait_for_one_outcome_the_last_are_kept(loop: Loop) -> None:
    desk = KeyDesk(loop, cast(AppKeys, Questions()), lambda: None)
    token = from_wire(KeyRequest, desk.request("Screen", None).result(timeout=5)).token
    waiting = [desk.outcome(token, 30) for _ in range(MOST_WAITING + 1)]

    first = from_wire(KeyOutcome, waiting[0].result(timeout=5))
    desk.ended("approver-1")
    last = [from_wire(KeyOutcome, each.result(timeout=5)) for each in waiting[1:]]

    assert first.state == "waiting"
    assert {each.state for each in last} == {"granted"}
