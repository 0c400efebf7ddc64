"""The clock jumps, as that of a Pi without a battery does when it learns the time."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.ramdrive import names
from ramwire.testing.process import until

import ramwire

DAY_S = 86400


@pytest.fixture
def service(drive: Path) -> Path:
    return drive / "service"


@pytest.fixture
def client(service: Path) -> Iterator[ramwire.Client]:
    with ramwire.Client(f"ramdrive:{service}", timeout=10.0) as client:
        yield client


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this process is another day each time that it is read."""
    time_ns = time.time_ns
    days = itertools.cycle([0, 1, -1, 400, -400])

    def jumping_ns() -> int:
        return time_ns() + next(days) * DAY_S * 1_000_000_000

    monkeypatch.setattr(time, "time_ns", jumping_ns)
    monkeypatch.setattr(time, "time", lambda: jumping_ns() / 1e9)


@pytest.mark.usefixtures("set_clock")
def test_calls_and_notes_run_in_order_under_a_jumping_clock(service: Path, client: ramwire.Client) -> None:
    notes: list[int] = []
    with ramwire.Server(f"ramdrive:{service}", verbs={"note": notes.append, "add": lambda a, b: a + b}):
        for number in range(100):
            client.submit("note", number)
        assert client.call("add", 2, 5) == 7
        assert notes == list(range(100))


@pytest.mark.usefixtures("set_clock")
def test_requests_that_wait_are_found_in_the_order_sent(service: Path) -> None:
    """Their names rise, for whoever lists the folder."""
    server = service / "server"
    sent: list[str] = []
    with contextlib.ExitStack() as waiting:
        for number in range(10):
            client = waiting.enter_context(ramwire.Client(f"ramdrive:{service}", timeout=60.0))
            client.submit("status")
            until(lambda: server.is_dir() and len(os.listdir(server)) == number + 1)  # noqa: B023
            sent += set(os.listdir(server)) - set(sent)
    parsed = [name for name in map(names.parse, sent) if name]
    assert len(parsed) == 10
    assert parsed == sorted(parsed, key=lambda name: name.order)


@pytest.mark.usefixtures("set_clock")
def test_timeout_is_as_long_as_said_under_a_jumping_clock(client: ramwire.Client) -> None:
    begin = time.monotonic()
    with pytest.raises(ramwire.Timeout):
        client.call("status", timeout=0.2)
    assert 0.2 <= time.monotonic() - begin < 5


def test_request_from_before_the_clock_was_set_is_answered_and_not_run(service: Path) -> None:
    """Nobody knows how old it is: its sender is told to send it again."""
    ran: list[str] = []
    with ramwire.Server(f"ramdrive:{service}", verbs={"note": ran.append}):
        for number, moment in enumerate((0.0, time.time() + DAY_S)):
            hidden = service / "hidden"
            hidden.write_text('note "late"\n')
            os.utime(hidden, (moment, moment))
            name = f"20260101000000_{number}"
            os.link(hidden, service / "server" / name)
            hidden.unlink()
            error = service / "client" / f"{name}.error"
            until(error.exists)
            assert error.read_text().startswith("Stale: ")
    assert ran == []
