"""The figures as the article's table, with the measured columns beside its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ramwire.bench import bars
from ramwire.bench.figures import Figures
from ramwire.bench.methods import METHODS, Method
from ramwire.bench.session import Plan

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

NOTES = """cross-platform … easy to write: the article on the method; most of our wires need Linux
p50, p99, calls per s: one client, one call after the other, an answer of nine fields; placed {place}
wake-ups: context switches of both ends at rest; a mount or unmount on the machine is one, too
survives a restart: killed under a call, started anew, it answers the same client's next call"""

NOTES_OF = {
    "signals": "signals: one there and one back, which carry nothing",
    "octoprint": "octoprint: GET /api/version, of a server that runs already",
}

NOTHING = "-"


def text(plan: Plan, figures: Figures) -> str:
    """What the command prints."""
    place = plan.placements[0].place
    parts = [figures.machine, *_busy(figures), *(f"not measured: {why}" for why in figures.missing)]
    headings = [[cell.format(idle_s=plan.idle_s) for cell in line] for line in HEADINGS]
    rows = [row for method in METHODS for row in _rows(method, plan, figures, place)]
    notes = [note for name, note in NOTES_OF.items() if name in figures.timings[place][0]]
    parts += ["", *_aligned(headings, rows), "", NOTES.format(place=place), *notes]
    parts += ["", *_aligned(*_placed(plan, figures))]
    ratios = [*_ratios(figures), *_absolutes(figures)]
    if ratios:
        parts += ["", *_aligned([RATIO_HEADING], ratios)]
    if figures.importing:
        cost = figures.importing
        parts += [
            "",
            f"import of both ends: {cost.milliseconds:.0f} ms, {cost.megabytes:.1f} MB over a bare Python",
        ]
    return "\n".join(parts)


def _busy(figures: Figures) -> Iterator[str]:
    if figures.load_per_cpu > BUSY:
        yield (
            f"The machine was busy before the bench began (load {figures.load_per_cpu:.1f} per CPU): "
            "where that drives both ends"
        )
        yield "onto one CPU, free is like same, and p99 says little."


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
            _number(timing.p50_us),
            _number(timing.p99_us),
            f"{timing.calls_per_s:.0f}",
            str(figures.wake_ups.get(name, NOTHING)),
            _yes(figures.survives[name]) if name in figures.survives else NOTHING,
        ]
    if not measured:
        yield [*answers, *[NOTHING] * 6]


def _placed(plan: Plan, figures: Figures) -> tuple[Sequence[list[str]], Sequence[list[str]]]:
    """Headings and rows: what depends on where the ends run, and what was asked for beside it."""
    first, second, rows = [""], ["measured"], [[contender.name] for contender in plan.contenders]
    for place in figures.timings:
        first += [f"{place}:", ""]
        second += ["p50 µs", "p99 µs"]
        for row in rows:
            timing = figures.timing(place, row[0])
            row += [_number(timing.p50_us), _number(timing.p99_us)]
    if figures.clients:
        first.append("8 clients")
        second.append("calls per s")
        for row in rows:
            per_s = figures.clients_per_s(row[0])
            row.append(NOTHING if per_s is None else f"{per_s:.0f}")
    if figures.large:
        first.append("1 MB answer")
        second.append("p50 µs")
        for row in rows:
            large = figures.large_timing(row[0])
            row.append(_number(large.p50_us) if large else NOTHING)
    return [first, second], rows


RATIO_HEADING = ["", "placed", "wire", "by", "ratio", "of the runs", "bar", ""]


def _ratios(figures: Figures) -> Iterator[list[str]]:
    for ratio in figures.ratios:
        yield [
            ratio.measure,
            ratio.place,
            ratio.wire,
            ratio.peer,
            f"{ratio.median:.2f}",
            f"{ratio.least:.2f} … {ratio.most:.2f}",
            ratio.bar or NOTHING,
            _met(ratio.is_met),
        ]


def _absolutes(figures: Figures) -> Iterator[list[str]]:
    """Bars of wires that have no peer."""
    for wire, most_ms in bars.MOST_MS.items():
        for place in set(figures.timings) & {"free"}:
            if wire in figures.timings[place][0]:
                p50_ms = figures.timing(place, wire).p50_us / 1000
                bar = f"≤ {most_ms:g} ms"
                yield [
                    "round trip",
                    place,
                    wire,
                    NOTHING,
                    f"{p50_ms:.2f} ms",
                    "",
                    bar,
                    _met(p50_ms <= most_ms),
                ]


def _met(is_met: bool | None) -> str:
    return "" if is_met is None else "met" if is_met else "NOT MET"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _number(us: float) -> str:
    return f"{us:.1f}" if us < 1000 else f"{us:.0f}"


_is_number = re.compile(r"[0-9.]+|-").fullmatch


def _aligned(headings: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns of numbers stand to the right."""
    widths = [max(map(len, column)) for column in zip(*headings, *rows)]
    to_right = [all(map(_is_number, column)) for column in zip(*rows)]
    for row in (*headings, *rows):
        cells = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, to_right)
        )
        yield "  ".join(cells).rstrip()
