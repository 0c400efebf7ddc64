"""`python -m tools.farm_scale [PRINTERS...]`: measure farms of these sizes, and print a table in Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import dataclass

from ramwire.bench.ground import ground

from .console import Calls, Visit, visit
from .farm import Cost, Farm
from .printers import raise_descriptor_limit

SIZES = (10, 100, 1000)


@dataclass(frozen=True)
class Figures:
    printers: int
    start_s: float
    before: Cost
    visit: Visit
    after: Cost


def measure(printers: int, processes: int, rest_s: float, for_s: float, threads: int) -> Figures:
    """A farm of its own, on a Redis of its own."""
    with ground(needs_redis=True) as place, Farm(place.redis_port, printers, processes) as farm:
        before = farm.cost(rest_s)
        seen = visit(farm.url, for_s, threads)
        return Figures(printers, farm.start_s, before, seen, farm.cost(1.0))


def table(all_figures: list[Figures], threads: int) -> str:
    rows = [
        ("all printers there after, s", [f"{each.start_s:.1f}" for each in all_figures]),
        ("list of all printers, ms", [f"{each.visit.listing_ms:.1f}" for each in all_figures]),
        ("first call to each, s", [f"{each.visit.first_round_s:.2f}" for each in all_figures]),
        *_calls("one by one", [each.visit.one_by_one for each in all_figures]),
        *_calls(f"from {threads} threads", [each.visit.side_by_side for each in all_figures]),
        *_costs("", [each.before for each in all_figures]),
        *_costs(" after calls to each", [each.after for each in all_figures]),
        ("Redis' CPU at rest, % of one", [f"{each.before.redis_cpu_percent:.1f}" for each in all_figures]),
        (
            "wake-ups of a printer at rest, per s",
            [f"{each.before.printer_wake_ups_per_s:.3f}" for each in all_figures],
        ),
    ]
    head = ["printers", *(f"{each.printers:,}" for each in all_figures)]
    lines = [_line(head), _line(["---", *["---:"] * len(all_figures)])]
    return "\n".join([*lines, *(_line([name, *cells]) for name, cells in rows)])


def _calls(name: str, calls: list[Calls]) -> list[tuple[str, list[str]]]:
    return [
        (f"calls per s, {name}", [f"{each.per_s:,.0f}" for each in calls]),
        ("p50 / p99 of these, ms", [f"{each.p50_ms:.2f} / {each.p99_ms:.2f}" for each in calls]),
    ]


def _costs(when: str, costs: list[Cost]) -> list[tuple[str, list[str]]]:
    return [
        (f"connections to Redis{when}", [f"{each.connections:,}" for each in costs]),
        (f"memory of Redis{when}, MB", [f"{each.redis_bytes / 1e6:.1f}" for each in costs]),
        ("… resident", [f"{each.redis_resident_bytes / 1e6:.1f}" for each in costs]),
        (f"memory of a printer{when}, KB", [f"{each.printer_bytes / 1e3:.0f}" for each in costs]),
        (f"threads of a printer{when}", [f"{each.printer_threads:.2f}" for each in costs]),
    ]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.farm_scale", description=__doc__)
    parser.add_argument("printers", nargs="*", type=int, help="sizes of farms (default 10 100 1000)")
    parser.add_argument("--processes", type=int, default=8, help="the printers are in so many (default 8)")
    parser.add_argument("--seconds", type=float, default=10.0, help="each measure takes so long (default 10)")
    rest_help = "watched at rest for so long (default 30: in that time a presence is renewed once)"
    parser.add_argument("--rest", type=float, default=30.0, help=rest_help)
    parser.add_argument("--threads", type=int, default=8, help="of the console (default 8)")
    chosen = parser.parse_args()
    raise_descriptor_limit()
    found = []
    for printers in chosen.printers or SIZES:
        print(f"farm_scale: {printers} printers ...", file=sys.stderr, flush=True)
        found.append(measure(printers, chosen.processes, chosen.rest, chosen.seconds, chosen.threads))
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {chosen.processes} processes\n")
    print(table(found, chosen.threads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
