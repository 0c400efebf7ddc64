"""A request is received before it is answered, and one that takes long holds up nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ramwire.command.processes import until

from .conftest import Service


@pytest.fixture
def hanging(service: Service) -> Iterator[Service]:
    """In the middle of a foreign request that never ends."""
    with service.served("hanging:Hanging"):
        marker = service.path.parent / "hangs"
        service.leave("20261121093000_1", f'hang "{marker}"\n')
        until(marker.exists, "the verb to begin")
        yield service


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_request_is_gone_while_its_verb_runs(hanging: Service) -> None:
    assert names(hanging.server) == [] == names(hanging.client)


@pytest.mark.parametrize("other", ["20261121093000_2.json", "20261121093000_2-Bob7.json"])
def test_other_requests_are_answered_meanwhile(hanging: Service, other: str) -> None:
    hanging.leave(other, "add [2, 5]\n")
    assert hanging.take(other) == b"7"
