"""The figures as a picture: a bar for each contender, p50 with p99 behind it, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ramwire.bench.contenders import Contender
from ramwire.bench.figures import Figures
from ramwire.bench.session import Plan
from ramwire.bench.timing import Timing

WIDTH_INCHES = 8.0
HEIGHT_INCHES = 1.5
"""Of what stands around the bars."""
BAR_INCHES = 0.34
DOTS_PER_INCH = 150

INK, FAINT = "#1d2733", "#6b7785"
WIRES = ("#0e7c86", "#a5d8dc")
PEERS = ("#7a8594", "#d3d9e0")
"""The colours of p50 and of p99."""


@dataclass(frozen=True)
class _Bar:
    contender: Contender
    is_wire: bool
    timing: Timing


def draw(plan: Plan, figures: Figures, path: str) -> None:
    """Of the first place that was measured; `path` ends in .svg or .png."""
    place = plan.placements[0].place
    bars = sorted(_bars(plan, figures, place), key=lambda bar: -bar.timing.p50_us)
    # Text stays text: a light file, which a browser's own fonts show. Without a salt of ours, and without a
    # date below, the same figures would not make the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ramwire", "font.size": 10}):
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES + BAR_INCHES * len(bars)), layout="constrained")
        axes = figure.add_subplot()
        _draw_bars(axes, bars)
        _letter(axes, figures, place)
        metadata = {"Date": None} if path.endswith(".svg") else None
        figure.savefig(path, dpi=DOTS_PER_INCH, facecolor="white", metadata=metadata)


def _bars(plan: Plan, figures: Figures, place: str) -> Sequence[_Bar]:
    return [
        _Bar(contender, contender in plan.chosen.wires, figures.timing(place, contender.name))
        for contender in plan.contenders
    ]


def _draw_bars(axes: Axes, bars: Sequence[_Bar]) -> None:
    for height, bar in enumerate(bars):
        p50_colour, p99_colour = WIRES if bar.is_wire else PEERS
        axes.barh(height, bar.timing.p99_us, color=p99_colour, height=0.7)
        axes.barh(height, bar.timing.p50_us, color=p50_colour, height=0.7)
        axes.annotate(
            f"{_round(bar.timing.p50_us)} · {_round(bar.timing.p99_us)}",
            (bar.timing.p99_us, height),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            size=9,
        )
    axes.set_yticks(
        range(len(bars)), [f"{bar.contender.name}  ({bar.contender.method.lower()})" for bar in bars]
    )
    for label, bar in zip(axes.get_yticklabels(), bars):
        label.set_fontweight("bold" if bar.is_wire else "normal")


def _letter(axes: Axes, figures: Figures, place: str) -> None:
    axes.set_xscale("log")
    axes.margins(x=0.14, y=0.02)
    axes.set_xlim(left=5)
    axes.xaxis.set_major_formatter(lambda us, _: _round(us))
    axes.grid(axis="x", color="#e6eaee")
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", which="both", length=0, colors=INK)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_title(
        "A call and its answer of nine fields, in µs", loc="left", color=INK, weight="bold", pad=24
    )
    axes.set_xlabel(f"{figures.machine}; ends placed {place}", color=FAINT, size=8, loc="left")
    key = (("ramwire: p50", WIRES[0]), ("p99", WIRES[1]), ("others: p50", PEERS[0]), ("p99", PEERS[1]))
    axes.legend(
        handles=[Patch(color=colour, label=label) for label, colour in key],
        ncols=4,
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.98),
        frameon=False,
        labelcolor=INK,
        fontsize=8,
        handlelength=1.0,
        columnspacing=1.0,
    )


def _round(us: float) -> str:
    return f"{us:,.0f}"
