"""A small ship as triangles: hull, after castle and two masts, each a closed body; the slicer unites them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

Point = tuple[float, float, float]
Triangle = tuple[Point, Point, Point]

LENGTH_MM = 42.0
BEAM_MM = 14.0
DEPTH_MM = 8.0
STATIONS = 29
RIBS = 9


def ship() -> list[Triangle]:
    return [
        *hull(),
        *prism(rectangle(2.5, 11.0, 9.0), 6.0, 12.5),
        *prism(circle(18.0, 1.7), 6.0, 20.0),
        *prism(circle(28.0, 1.7), 6.0, 17.0),
    ]


def hull() -> list[Triangle]:
    """Ribs from the stern (x = 0) to the stem, a skin over them, and a transom."""
    ribs = [rib(LENGTH_MM * i / (STATIONS - 1)) for i in range(STATIONS)]
    skin = [
        side
        for aft, fore in zip(ribs, ribs[1:])
        for i, j in ((i, (i + 1) % len(aft)) for i in range(len(aft)))
        for side in ((aft[i], fore[j], aft[j]), (aft[i], fore[i], fore[j]))
    ]
    return [*skin, *fan(ribs[0], flip=False), *fan(ribs[-1], flip=True)]


def rib(x_mm: float) -> list[Point]:
    """One cross-section, from the port rail over the keel to the starboard rail."""
    along = x_mm / LENGTH_MM
    half_beam = (
        BEAM_MM / 2 * (0.78 + 0.44 * along if along < 0.5 else math.cos((along - 0.5) * math.pi) ** 0.6)
    )
    half_beam = max(half_beam, 0.5)
    sheer = DEPTH_MM + 3.0 * (along - 0.45) ** 2 * 4
    port: list[Point] = []
    for k in range(RIBS):
        rise = 1 - k / (RIBS - 1)
        # A keel of half the beam is flat enough to stick to the bed, and no side leans out beyond 45 degrees.
        breadth = half_beam * (0.62 + 0.38 * rise**0.7)
        port.append((x_mm, breadth, sheer * rise))
    return port + [(x, -y, z) for x, y, z in reversed(port)]


def fan(rim: Sequence[Point], *, flip: bool) -> list[Triangle]:
    """A flat lid over a closed rim."""
    first = rim[0]
    lid = [(first, b, c) for b, c in zip(rim[1:], rim[2:])]
    return [(a, c, b) for a, b, c in lid] if flip else lid


def rectangle(x_mm: float, length_mm: float, width_mm: float) -> list[tuple[float, float]]:
    half = width_mm / 2
    return [(x_mm, -half), (x_mm + length_mm, -half), (x_mm + length_mm, half), (x_mm, half)]


def circle(x_mm: float, radius_mm: float, corners: int = 24) -> list[tuple[float, float]]:
    turns = [2 * math.pi * i / corners for i in range(corners)]
    return [(x_mm + radius_mm * math.cos(turn), radius_mm * math.sin(turn)) for turn in turns]


def prism(outline: Sequence[tuple[float, float]], bottom_mm: float, top_mm: float) -> list[Triangle]:
    """An upright body over an outline that runs counter-clockwise."""
    low = [(x, y, bottom_mm) for x, y in outline]
    high = [(x, y, top_mm) for x, y in outline]
    walls = [
        side
        for i, j in ((i, (i + 1) % len(low)) for i in range(len(low)))
        for side in ((low[i], low[j], high[j]), (low[i], high[j], high[i]))
    ]
    return [*walls, *fan(low, flip=True), *fan(high, flip=False)]


def write_stl(path: Path, triangles: Sequence[Triangle]) -> None:
    """Text STL; slicers work the normals out themselves."""
    lines = ["solid ship"]
    for triangle in triangles:
        lines.append("facet normal 0 0 0\nouter loop")
        lines += [f"vertex {x:.4f} {y:.4f} {z:.4f}" for x, y, z in triangle]
        lines.append("endloop\nendfacet")
    path.write_text("\n".join([*lines, "endsolid ship", ""]))
