"""Outlines and lines painted once into a texture.

Each of Kivy's smooth lines and meshes holds some 50 kB for as long as it shows, and the ship has hundreds.
Here one mesh a colour is painted at twice the size; shown at half of it the edges are smooth, and only the
texture stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from octoland_tft.kivy_api import ClearBuffers, ClearColor, Color, Fbo, Mesh, Texture
from octoland_tft.theme import Colour

FINER = 2
# Indices of a mesh are 16 bits wide.
_MOST_POINTS = 65535

_SQUARE = ((0, 1, 2), (0, 2, 3))

Point = tuple[float, float]
Triangle = tuple[int, int, int]


class _Layer:
    """Triangles of one colour."""

    def __init__(self, colour: Colour) -> None:
        self.colour = colour
        self.vertices: list[float] = []
        self.indices: list[int] = []

    def add(self, points: Sequence[Point], triangles: Iterable[Triangle]) -> None:
        first = len(self.vertices) // 4
        for x, y in points:
            self.vertices += (x * FINER, y * FINER, 0.0, 0.0)
        for triangle in triangles:
            self.indices += (first + corner for corner in triangle)


class Painting:
    """Paint in order, in pixels from the lower left corner; a colour covers what is under it."""

    def __init__(self, width_px: float, height_px: float) -> None:
        self._size = (max(1, int(width_px * FINER)), max(1, int(height_px * FINER)))
        self._layers: list[_Layer] = []

    def fill(self, outline: Sequence[Point], colour: Colour) -> None:
        """A closed outline that does not cross itself."""
        self._layer(colour).add(outline, triangles_of(outline))

    def line(self, points: Sequence[Point], width_px: float, colour: Colour) -> None:
        """A line through the points."""
        for (x, y), (to_x, to_y) in zip(points, points[1:]):
            length = math.hypot(to_x - x, to_y - y) or 1.0
            across_x, across_y = (y - to_y) / length * width_px / 2, (to_x - x) / length * width_px / 2
            corners = (
                (x + across_x, y + across_y),
                (to_x + across_x, to_y + across_y),
                (to_x - across_x, to_y - across_y),
                (x - across_x, y - across_y),
            )
            self._layer(colour).add(corners, _SQUARE)

    def rectangle(self, corner: Point, width_px: float, height_px: float, colour: Colour) -> None:
        """Its lower left corner, and how wide and high it is."""
        (left, low), right, high = corner, corner[0] + width_px, corner[1] + height_px
        self._layer(colour).add(((left, low), (right, low), (right, high), (left, high)), _SQUARE)

    def texture(self) -> Texture:
        """What was painted, on nothing; to be shown at half its size."""
        fbo = Fbo(size=self._size)
        with fbo:
            ClearColor(0, 0, 0, 0)
            ClearBuffers()
            for layer in self._layers:
                Color(*layer.colour)
                Mesh(vertices=layer.vertices, indices=layer.indices, mode="triangles")
        fbo.draw()
        texture: Texture = fbo.texture
        return texture

    def _layer(self, colour: Colour) -> _Layer:
        last = self._layers[-1] if self._layers else None
        if last is None or last.colour != colour or len(last.vertices) // 4 > _MOST_POINTS // 2:
            self._layers.append(_Layer(colour))
        return self._layers[-1]


def triangles_of(outline: Sequence[Point]) -> list[Triangle]:
    """An outline cut into triangles, ear by ear. Kivy's own tesselator holds 8 MB once it has been used."""
    left = list(range(len(outline)))
    if _area(outline) < 0:
        left.reverse()
    triangles: list[Triangle] = []
    turn = 0
    while len(left) > 2 and turn < len(left):
        before, corner, after = (left[(turn + step) % len(left)] for step in (-1, 0, 1))
        a, b, c = outline[before], outline[corner], outline[after]
        rest = (outline[other] for other in left if other not in (before, corner, after))
        if _turn(a, b, c) >= 0 and not any(_inside(point, a, b, c) for point in rest):
            if _turn(a, b, c) > 0:
                triangles.append((before, corner, after))
            left.pop(turn)
            turn = 0
        else:
            turn += 1
    return triangles


def _area(outline: Sequence[Point]) -> float:
    """Twice the area, positive where the outline goes anticlockwise."""
    return sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in zip(outline, (*outline[1:], outline[0])))


def _turn(a: Point, b: Point, c: Point) -> float:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _inside(point: Point, a: Point, b: Point, c: Point) -> bool:
    return _turn(a, b, point) > 0 and _turn(b, c, point) > 0 and _turn(c, a, point) > 0


def mixed(under: Colour, over: Colour, share: float) -> Colour:
    """The colour of `over` laid so thickly (0 to 1) on `under`."""
    red, green, blue = (below + (above - below) * share for below, above in zip(under[:3], over[:3]))
    return (red, green, blue, 1.0)
