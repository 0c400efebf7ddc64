"""The console of a farm: lists the printers, and calls each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import ramwire.redis

import ramwire

from .printers import STATUS

_LISTINGS = 5
_PATIENCE_S = 10.0


@dataclass(frozen=True)
class Calls:
    """Calls to all printers in turn."""

    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Visit:
    """What a console sees of a farm."""

    listing_ms: float
    first_round_s: float
    """The first call to each printer, one after the other: with the connecting."""
    one_by_one: Calls
    side_by_side: Calls


def visit(url: str, for_s: float, threads: int) -> Visit:
    """List the farm, and call its printers for so long: one after the other, and from so many threads."""
    listings_ms = []
    services: list[str] = []
    for _ in range(_LISTINGS):
        begun = time.perf_counter()
        services = [each.service for each in ramwire.redis.services(url, timeout=_PATIENCE_S)]
        listings_ms.append((time.perf_counter() - begun) * 1000)
    with ExitStack() as stack:
        printers = [
            stack.enter_context(ramwire.Client(f"{url}?service={service}", timeout=_PATIENCE_S))
            for service in services
        ]
        begun = time.perf_counter()
        for printer in printers:
            _ask(printer)
        first_round_s = time.perf_counter() - begun
        return Visit(
            listing_ms=median(listings_ms),
            first_round_s=first_round_s,
            one_by_one=_calls([_call_in_turn(printers, for_s)], for_s),
            side_by_side=_side_by_side(printers, for_s, threads),
        )


def _side_by_side(printers: Sequence[ramwire.Client], for_s: float, threads: int) -> Calls:
    shares = [printers[first::threads] for first in range(min(threads, len(printers)))]
    with ThreadPoolExecutor(len(shares)) as pool:
        return _calls(list(pool.map(lambda share: _call_in_turn(share, for_s), shares)), for_s)


def _call_in_turn(printers: Sequence[ramwire.Client], for_s: float) -> list[float]:
    """How long each call took, in seconds."""
    taken_s = []
    end = time.perf_counter() + for_s
    number = 0
    while time.perf_counter() < end:
        begun = time.perf_counter()
        _ask(printers[number % len(printers)])
        taken_s.append(time.perf_counter() - begun)
        number += 1
    return taken_s


def _ask(printer: ramwire.Client) -> None:
    if printer.call("status") != STATUS:
        raise RuntimeError("a wrong answer was measured")


def _calls(taken_s: Sequence[Sequence[float]], for_s: float) -> Calls:
    ordered = sorted(each for thread in taken_s for each in thread)
    return Calls(
        per_s=len(ordered) / for_s,
        p50_ms=median(ordered) * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
    )
