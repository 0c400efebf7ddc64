"""Round trips: each contender in turn, a block at a time, so that other load hits all alike."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ramwire.bench.contenders import Caller
from ramwire.bench.errors import Failed
from ramwire.bench.workload import ANSWER, ARGUMENTS, LARGE

WARM_UP_CALLS = 5
BLOCKS = 20
BLOCK_S = 0.01
"""About; a slow contender makes fewer calls, and its p99 says less."""
MOST_CALLS, LEAST_CALLS = 100, 4


@dataclass(frozen=True)
class Timing:
    """One contender in one run."""

    p50_us: float
    p99_us: float
    calls_per_s: float


@dataclass(frozen=True)
class Question:
    """What is asked, and the answer that must come; None from a contender that carries none."""

    verb: str
    arguments: Mapping[str, object]
    answer: object


SMALL = Question("get", ARGUMENTS, ANSWER)
BIG = Question("large", {}, LARGE)
BARE = Question("get", ARGUMENTS, None)


def interleaved(callers: Mapping[str, tuple[Caller, Question]]) -> dict[str, Timing]:
    """Contender's name to its figures, all taken in this one run."""
    calls = {name: _warm_up(*asked) for name, asked in callers.items()}
    taken_ns: dict[str, list[int]] = {name: [] for name in callers}
    for _ in range(BLOCKS):
        for name, asked in callers.items():
            taken_ns[name] += _block(*asked, calls[name])
    return {name: _timing(all_ns) for name, all_ns in taken_ns.items()}


def _warm_up(caller: Caller, question: Question) -> int:
    """How many calls make a block."""
    _block(caller, question, WARM_UP_CALLS)
    guess = _fitting(_block(caller, question, WARM_UP_CALLS))
    return _fitting(_block(caller, question, guess))


def _fitting(taken_ns: Sequence[int]) -> int:
    return max(LEAST_CALLS, min(MOST_CALLS, int(BLOCK_S * 1e9 / median(taken_ns))))


def _block(caller: Caller, question: Question, calls: int) -> list[int]:
    taken_ns, now, call = [], time.perf_counter_ns, caller.call
    verb, arguments = question.verb, question.arguments
    answer: object = None
    for _ in range(calls):
        begin = now()
        answer = call(verb, arguments)
        taken_ns.append(now() - begin)
    if question.answer is not None and answer != question.answer:
        raise Failed(f"a wrong answer was measured: {str(answer)[:200]}")
    return taken_ns


def _timing(all_ns: Sequence[int]) -> Timing:
    ordered = sorted(all_ns)
    return Timing(
        p50_us=median(ordered) / 1000,
        p99_us=ordered[len(ordered) * 99 // 100] / 1000,
        calls_per_s=len(ordered) / (sum(ordered) / 1e9),
    )
