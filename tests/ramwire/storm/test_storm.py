"""A storm over each wire whose two ends are processes of one machine.

RAMWIRE_STORM sets how many kills there are for each wire, a third for each aim; a full storm is 1000
(`make storm`, which prints its figures).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ramwire.testing import addresses
from ramwire.testing.storm import Plan, storm
from ramwire.testing.storm.director import Aim

WIRES = ("ramdrive", "fifo", "jsonfile", "mmap", "unix", "tcp", "http")
AIMS: tuple[Aim, ...] = ("servers", "clients", "either")

SANE_MS = 5000.0
"""A quarter of the callers' patience: whoever hears of a loss by then has not waited for the timeout."""


@pytest.fixture
def kills() -> int:
    return max(1, int(os.environ.get("RAMWIRE_STORM", "60")) // len(AIMS))


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("scheme", WIRES)
def test_storm_breaks_no_promise(scheme: str, aim: Aim, kills: int, drive: Path) -> None:
    """No wrong and no doubled answer, no call past its timeout, no loss untold, nothing left behind."""
    verdict = storm(Plan(addresses.fresh(scheme, str(drive)), str(drive), kills, aim))
    assert verdict.faults == [], verdict.figures()
    assert sum(verdict.killed.values()) == kills
    assert verdict.outcomes["value"] > kills
    assert max(verdict.told_ms, default=0.0) < SANE_MS
