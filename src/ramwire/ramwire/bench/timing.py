"""Round trips: each contender in turn, a block at a time, so that other load hits all alike."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ramwire.bench.contenders import Caller
from ramwire.bench.workload import ANSWER, ARGUMENTS

WARM_UP_S = 0.5
BLOCKS = 20
CALLS_PER_BLOCK = 100


@dataclass(frozen=True)
class Timing:
    """One contender in one run."""

    p50_us: float
    p99_us: float
    calls_per_s: float


def interleaved(callers: Mapping[str, Caller]) -> dict[str, Timing]:
    """Contender's name to its figures, all taken in this one run."""
    end = time.monotonic() + WARM_UP_S * len(callers)
    while time.monotonic() < end:
        for caller in callers.values():
            _block(caller)
    taken_ns: dict[str, list[int]] = {name: [] for name in callers}
    for _ in range(BLOCKS):
        for name, caller in callers.items():
            taken_ns[name] += _block(caller)
    return {name: _timing(all_ns) for name, all_ns in taken_ns.items()}


def _block(caller: Caller) -> list[int]:
    taken_ns, now, call = [], time.perf_counter_ns, caller.call
    answer: object = None
    for _ in range(CALLS_PER_BLOCK):
        begin = now()
        answer = call("get", ARGUMENTS)
        taken_ns.append(now() - begin)
    if answer != ANSWER:
        raise RuntimeError(f"a wrong answer was measured: {answer!r}")
    return taken_ns


def _timing(all_ns: Sequence[int]) -> Timing:
    ordered = sorted(all_ns)
    return Timing(
        p50_us=median(ordered) / 1000,
        p99_us=ordered[len(ordered) * 99 // 100] / 1000,
        calls_per_s=len(ordered) / (sum(ordered) / 1e9),
    )
