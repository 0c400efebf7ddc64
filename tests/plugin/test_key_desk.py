"""The desk where keys are asked for: a program that asks without end floods no browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional, cast

import pytest
from octoland_api.errors import Failed
from octoland_api.shapes import KeyRequest, from_wire
from octoprint_octoland.adapters.appkeys import AppKeys, Asked
from octoprint_octoland.keys import MOST_A_MINUTE, KeyDesk
from octoprint_octoland.loop import Loop


class Questions:
    """Stands for OctoPrint's Application Keys."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, app: str, user: Optional[str]) -> Asked:  # noqa: ARG002 - as there
        self.asked.append(app)
        return Asked(f"token-{len(self.asked)}", f"approver-{len(self.asked)}")

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
