"""Requests run in the order of their names: by time, then by N as a number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ramwire import Client
from tests.ramwire.command.processes import until

from .conftest import Service

ORDERED = (
    "20261121093000_9",
    "20261121093000_10",
    "20261121093000_0011",
    "20261121093000_100000000000000000000000000000",
    "20261121093001_1",
    "20261121093001_000000000000000000000000000000002",
    "20261121093010_0",
)
"""Neither in the order of the texts nor in that of the last part alone."""

CLIENTS = 4
REQUESTS_EACH = 60
PATIENCE_S = 20.0


def notes(service: Service) -> list[tuple[str, int]]:
    with Client(service.url, timeout=10) as client:
        return [(who, number) for who, number in client.call("notes")]


@pytest.mark.parametrize("written", [ORDERED, ORDERED[::-1], ORDERED[3:] + ORDERED[:3]])
def test_waiting_requests_run_in_the_order_of_their_names(service: Service, written: Sequence[str]) -> None:
    service.make()
    for name in written:
        service.leave(name, f'note ["shell", {ORDERED.index(name)}]\n')
    with service.served("recorder:Recorder"):
        for name in ORDERED:
            service.take(f"{name}.pickle")
        assert notes(service) == [("shell", number) for number in range(len(ORDERED))]
    assert service.is_empty()


def native(service: Service, who: str) -> None:
    with Client(service.url, timeout=PATIENCE_S) as client:
        futures = [client.submit("note", who, number) for number in range(REQUESTS_EACH)]
        assert [future.result() for future in futures] == list(range(REQUESTS_EACH))


def foreign(service: Service, who: str) -> None:
    """Leaves one, waits until it was received, leaves the next; reads the answers at the end."""
    names = [f"20261121093000_{number}-{who}.json" for number in range(REQUESTS_EACH)]
    for number, name in enumerate(names):
        service.leave(name, f'note ["{who}", {number}]\n')
        until(partial(is_gone, service.server / name), f"the reception of {name}")
    assert [json.loads(service.take(name)) for name in names] == list(range(REQUESTS_EACH))


def is_gone(path: Path) -> bool:
    return not path.exists()


def test_everybodys_requests_run_in_their_own_order(recorder: Service) -> None:
    """Native clients and foreign ones at once."""
    with ThreadPoolExecutor(2 * CLIENTS) as pool:
        running = [pool.submit(native, recorder, f"native{n}") for n in range(CLIENTS)]
        running += [pool.submit(foreign, recorder, f"shell{n}") for n in range(CLIENTS)]
        for each in running:
            each.result()
    ran = notes(recorder)
    assert in_order_of_each(ran)
    assert len(ran) == 2 * CLIENTS * REQUESTS_EACH
    assert recorder.is_empty()


def in_order_of_each(ran: Sequence[tuple[str, int]]) -> bool:
    return all(
        [number for who, number in ran if who == one] == list(range(REQUESTS_EACH)) for one, _ in set(ran)
    )


def test_request_that_was_withdrawn_never_runs(service: Service) -> None:
    """By its sender, who deletes the file before any server has."""
    service.make()
    service.leave(ORDERED[0], 'note ["withdrawn", 1]\n')
    (service.server / ORDERED[0]).unlink()
    service.leave(ORDERED[1], 'note ["meant", 2]\n')
    with service.served("recorder:Recorder"):
        service.take(f"{ORDERED[1]}.pickle")
        assert notes(service) == [("meant", 2)]
