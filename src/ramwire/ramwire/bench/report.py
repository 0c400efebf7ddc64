"""The figures as the article's table, with the measured columns beside its own, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from ramwire.bench.methods import METHODS, Method
from ramwire.bench.session import Figures, Plan

HEADINGS = (
    ("", "cross-", "needs", "external", "easy to", "", "p50", "p99", "calls", "wake-ups", "survives"),
    (
        "method",
        "platform",
        "a file",
        "service",
        "write",
        "measured",
        "µs",
        "µs",
        "per s",
        "in {idle_s:g} s",
        "a restart",
    ),
)

BUSY = 0.5

NOTES = """cross-platform … easy to write: what the article says of the method; the wire ramdrive needs Linux
p50, p99, calls per s: one client, one call after the other, an answer of nine fields; placed {place}
wake-ups: context switches of both ends at rest; a mount or unmount on the machine is one, too
survives a restart: killed under a call, started anew, it answers the same client's next call"""


def text(plan: Plan, figures: Figures) -> str:
    """What the command prints."""
    place = plan.placements[0].place
    rows = [[cell.format(idle_s=plan.idle_s) for cell in line] for line in HEADINGS]
    rows += [row for method in METHODS for row in _rows(method, plan, figures, place)]
    parts = [figures.machine, *_busy(figures), "", *_aligned(rows), "", NOTES.format(place=place)]
    parts += ["", *_aligned([_PLACE_HEADING, *_places(plan, figures)])]
    if figures.ratios:
        parts += ["", *_aligned([_RATIO_HEADING, *_ratios(figures)])]
    if figures.importing:
        cost = figures.importing
        parts += [
            "",
            f"import of both ends: {cost.milliseconds:.0f} ms, {cost.megabytes:.1f} MB over a bare Python",
        ]
    return "\n".join(parts)


def _busy(figures: Figures) -> Iterator[str]:
    if figures.busy > BUSY:
        yield (
            f"The machine was busy before the bench began (load {figures.busy:.1f} per CPU): "
            "where that drives both ends onto one CPU, free is like same, and p99 says little."
        )


def as_json(figures: Figures) -> str:
    """Every figure of every run."""
    return json.dumps(asdict(figures), indent=2) + "\n"


def _rows(method: Method, plan: Plan, figures: Figures, place: str) -> Iterator[list[str]]:
    answers = [
        method.name,
        *map(_yes, (method.is_cross_platform, method.needs_file, method.needs_service, method.is_easy)),
    ]
    measured = [contender.name for contender in plan.contenders if contender.method == method.name]
    for name in measured:
        timing = figures.timing(place, name)
        yield [
            *answers,
            name,
            f"{timing.p50_us:.1f}",
            f"{timing.p99_us:.1f}",
            f"{timing.calls_per_s:.0f}",
            str(figures.wake_ups[name]),
            _yes(figures.survives[name]),
        ]
    if not measured:
        yield [*answers, *["-"] * 6]


_PLACE_HEADING = ["placed", "measured", "p50 µs", "p99 µs", "calls per s"]


def _places(plan: Plan, figures: Figures) -> Iterator[list[str]]:
    for place in figures.timings:
        for contender in plan.contenders:
            timing = figures.timing(place, contender.name)
            numbers = f"{timing.p50_us:.1f}", f"{timing.p99_us:.1f}", f"{timing.calls_per_s:.0f}"
            yield [place, contender.name, *numbers]


_RATIO_HEADING = ["placed", "p50 of", "by that of", "ratio", "least … most of the runs"]


def _ratios(figures: Figures) -> Iterator[list[str]]:
    for ratio in figures.ratios:
        spread = f"{ratio.least:.2f} … {ratio.most:.2f}"
        yield [ratio.place, ratio.wire, ratio.peer, f"{ratio.median:.2f}", spread]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
