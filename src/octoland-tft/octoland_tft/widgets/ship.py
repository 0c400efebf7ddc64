"""The ship, small beside a quiet printer and large on the splash."""

from __future__ import annotations

from collections.abc import Iterable

from octoland_tft import theme
from octoland_tft.drawn import disc
from octoland_tft.kivy_api import BooleanProperty, Clock, Color, ObjectProperty, Rectangle, Widget
from octoland_tft.painting import Painting, Point, mixed
from octoland_tft.theme import Colour
from octoland_tft.widgets import ship_lines as lines


class Ship(Widget):
    """She fills her box as far as her shape allows, the water at its lower edge. Without `fine` the
    rigging and the lights are left out, which a small one has no room for."""

    hull_colour = ObjectProperty(theme.SHIP_HULL)
    sail_colour = ObjectProperty(theme.SHIP_SAIL)
    fine = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        self._painted_as: tuple[object, ...] = ()
        super().__init__(**kwargs)
        for name in ("pos", "size", "hull_colour", "sail_colour", "fine"):
            self.fbind(name, self._draw_soon)
        self._draw_soon()

    @property
    def scale(self) -> float:
        """Pixels to one step of the sheet."""
        return float(min(self.width / lines.WIDTH, self.height / lines.WATER))

    def _draw(self, *_: object) -> None:
        if self.width < 1 or self.height < 1:
            return
        painted_as = (*self.pos, *self.size, self.hull_colour, self.sail_colour, self.fine)
        if painted_as == self._painted_as:
            return
        self._painted_as = painted_as
        texture = self._paint().texture()
        self.canvas.clear()
        with self.canvas:
            Color(1, 1, 1, 1)
            left = self.x + (self.width - lines.WIDTH * self.scale) / 2
            Rectangle(
                texture=texture, pos=(left, self.y), size=(lines.WIDTH * self.scale, lines.WATER * self.scale)
            )
            if self.fine:
                self._glow(left, lines.LANTERN, 3.0, 1.0)
                self._glow(left, lines.LANTERN, 12.0, 0.25)

    def _paint(self) -> Painting:
        painting = Painting(lines.WIDTH * self.scale, lines.WATER * self.scale)
        hull, sail = self.hull_colour, self.sail_colour
        if self.fine:
            for stay in lines.STAYS:
                self._line(painting, stay, 0.7, hull)
        for outline in (*lines.JIBS, lines.SPANKER, *(each.outline() for each in lines.SAILS)):
            painting.fill(self._at(outline), sail)
        # The moon on the cloth, by which one sail is told from the next.
        moonlit = mixed(sail, theme.FOG, 0.2 if self.fine else 0.35)
        for each in lines.SAILS:
            self._line(painting, each.outline()[:11], 0.7, moonlit)
            if self.fine:
                self._line(painting, each.outline()[11:21], 0.7, moonlit)
        for mast in lines.MASTS:
            self._line(painting, mast, 1.6, hull)
        for spar in (lines.BOWSPRIT, lines.GAFF, lines.BOOM, *(each.yard() for each in lines.SAILS)):
            self._line(painting, spar, 1.0, hull)
        painting.fill(self._at(lines.HULL), hull)
        for pennant in lines.PENNANTS:
            painting.fill(self._at(pennant), theme.SEA)
        if self.fine:
            for window in lines.WINDOWS:
                self._light(painting, window, 4.0, 5.0, theme.BRASS)
            for port in lines.PORTS:
                self._light(painting, port, 4.5, 3.5, sail)
        return painting

    def _at(self, points: Iterable[Point]) -> list[Point]:
        """Points of the sheet in the painting."""
        return [(x * self.scale, (lines.WATER - y) * self.scale) for x, y in points]

    def _line(self, painting: Painting, points: Iterable[Point], width: float, colour: Colour) -> None:
        painting.line(self._at(points), max(0.8, width * self.scale), colour)

    def _light(self, painting: Painting, corner: Point, width: float, height: float, colour: Colour) -> None:
        painting.rectangle(self._at([corner])[0], width * self.scale, height * self.scale, colour)

    def _glow(self, left: float, point: Point, radius: float, strength: float) -> None:
        x, y = self._at([point])[0]
        radius *= self.scale
        Color(*theme.BRASS[:3], strength)
        Rectangle(texture=disc(), pos=(left + x - radius, self.y + y - radius), size=(2 * radius, 2 * radius))
