"""The ship, small beside a quiet printer and large on the splash."""

from __future__ import annotations

from collections.abc import Iterable

from octoland_tft import theme
from octoland_tft.drawn import disc
from octoland_tft.kivy_api import (
    BooleanProperty,
    Clock,
    Color,
    Mesh,
    ObjectProperty,
    Rectangle,
    SmoothLine,
    Tesselator,
    Widget,
)
from octoland_tft.widgets import ship_lines as lines
from octoland_tft.widgets.ship_lines import Outline, Point


class Ship(Widget):
    """She fills her box as far as her shape allows, the water at its lower edge. Without `fine` the
    rigging and the lights are left out, which a small one has no room for."""

    hull_colour = ObjectProperty(theme.SHIP_HULL)
    sail_colour = ObjectProperty(theme.SHIP_SAIL)
    fine = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", "hull_colour", "sail_colour", "fine"):
            self.fbind(name, self._draw_soon)
        self._draw_soon()

    @property
    def scale(self) -> float:
        """Pixels to one step of the sheet."""
        return float(min(self.width / lines.WIDTH, self.height / lines.WATER))

    def at(self, point: Point) -> Point:
        """Where a point of the sheet is on the screen."""
        left = self.x + (self.width - lines.WIDTH * self.scale) / 2
        return left + point[0] * self.scale, self.y + (lines.WATER - point[1]) * self.scale

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.width < 1 or self.height < 1:
            return
        with self.canvas:
            if self.fine:
                Color(*self.hull_colour[:3], 0.75)
                for stay in lines.STAYS:
                    self._spar(stay, 0.5)
            Color(*self.sail_colour)
            for outline in (*lines.JIBS, lines.SPANKER, *(sail.outline() for sail in lines.SAILS)):
                self._fill(outline)
            if self.fine:
                # The moon on the cloth, by which one sail is told from the next.
                Color(*theme.FOG[:3], 0.16)
                for sail in lines.SAILS:
                    self._line(sail.outline()[:11], 0.5)
                    self._line(sail.outline()[11:21], 0.5)
            Color(*self.hull_colour)
            for mast in lines.MASTS:
                self._spar(mast, 1.6)
            for spar in (lines.BOWSPRIT, lines.GAFF, lines.BOOM, *(sail.yard() for sail in lines.SAILS)):
                self._spar(spar, 0.9)
            self._fill(lines.HULL)
            Color(*theme.SEA)
            for pennant in lines.PENNANTS:
                self._fill(pennant)
            if self.fine:
                self._lights()

    def _lights(self) -> None:
        Color(*theme.BRASS)
        for window in lines.WINDOWS:
            x, y = self.at(window)
            Rectangle(pos=(x, y), size=(4 * self.scale, 5 * self.scale))
        self._glow(lines.LANTERN, 3.0, 1.0)
        self._glow(lines.LANTERN, 12.0, 0.25)
        Color(*self.sail_colour)
        for port in lines.PORTS:
            x, y = self.at(port)
            Rectangle(pos=(x, y), size=(4.5 * self.scale, 3.5 * self.scale))

    def _glow(self, point: Point, radius: float, strength: float) -> None:
        x, y = self.at(point)
        radius *= self.scale
        Color(*theme.BRASS[:3], strength)
        Rectangle(texture=disc(), pos=(x - radius, y - radius), size=(2 * radius, 2 * radius))

    def _spar(self, ends: tuple[Point, Point], width: float) -> None:
        self._line(ends, max(0.5, width * self.scale / 2))

    def _line(self, points: Iterable[Point], width_px: float) -> None:
        SmoothLine(points=_flat(self.at(point) for point in points), width=width_px)

    def _fill(self, outline: Outline) -> None:
        fill([self.at(point) for point in outline])


def fill(points: list[Point]) -> None:
    """Fill an outline in the current canvas and colour, its edge smoothed."""
    tesselator = Tesselator()
    tesselator.add_contour(_flat(points))
    if tesselator.tesselate():
        for vertices, indices in tesselator.meshes:
            Mesh(vertices=vertices, indices=indices, mode="triangle_fan")
    SmoothLine(points=_flat(points), width=0.5, overdraw_width=1.0, close=True)


def _flat(points: Iterable[Point]) -> list[float]:
    return [coordinate for point in points for coordinate in point]
