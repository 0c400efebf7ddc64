"""What a bench measures: all of it, run by run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Optional

from ramwire.bench.bars import Measure
from ramwire.bench.importing import ImportCost
from ramwire.bench.timing import Timing


@dataclass(frozen=True)
class Ratio:
    """A wire's figure by a peer's, each taken from one run: of p50, or of calls per second for many clients.

    `bar` is what it has to reach, in words, and `is_met` whether it does: both None where nothing is asked.
    """

    measure: Measure
    wire: str
    peer: str
    place: str
    median: float
    least: float
    most: float
    bar: Optional[str] = None
    is_met: Optional[bool] = None


@dataclass
class Figures:
    machine: str
    load_per_cpu: float
    """Before the bench began."""
    runs: int
    idle_s: float
    missing: Sequence[str] = ()
    timings: dict[str, list[Mapping[str, Timing]]] = field(default_factory=dict)
    """Place to runs, each of contender's name to figures."""
    large: list[Mapping[str, Timing]] = field(default_factory=list)
    """Of an answer of 1 MiB, in the first place."""
    clients: list[Mapping[str, float]] = field(default_factory=list)
    """Calls per second of eight clients together, in the first place."""
    ratios: list[Ratio] = field(default_factory=list)
    wake_ups: dict[str, int] = field(default_factory=dict)
    survives: dict[str, bool] = field(default_factory=dict)
    importing: Optional[ImportCost] = None

    def timing(self, place: str, name: str) -> Timing:
        """The median of the runs."""
        return _middle([run[name] for run in self.timings[place]])

    def large_timing(self, name: str) -> Optional[Timing]:
        return _middle([run[name] for run in self.large]) if self.large and name in self.large[0] else None

    def clients_per_s(self, name: str) -> Optional[float]:
        measured = [run[name] for run in self.clients if name in run]
        return median(measured) if measured else None

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def _middle(timings: Sequence[Timing]) -> Timing:
    return Timing(
        p50_us=median(timing.p50_us for timing in timings),
        p99_us=median(timing.p99_us for timing in timings),
        calls_per_s=median(timing.calls_per_s for timing in timings),
    )
