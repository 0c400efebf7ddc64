"""The ship beside a quiet printer: small, before the moon, on one wave."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.kivy_api import Clock, Color, FloatLayout, Rectangle
from octoland_tft.painting import Painting
from octoland_tft.widgets.ship import Ship
from octoland_tft.widgets.voyage import moon, wave

# Of the height: where the water stands, and how large the moon is.
_WATER = 0.16
_MOON_RADIUS = 0.24


class Vignette(FloatLayout):
    """Fills its box, which is about half as wide again as it is high."""

    def __init__(self, **kwargs: object) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        self._ship = Ship(
            size_hint=(None, None), fine=False, hull_colour=theme.ROPE, sail_colour=theme.SHIP_SMALL_SAIL
        )
        self.add_widget(self._ship)
        for name in ("pos", "size"):
            self.fbind(name, self._draw_soon)
        self._draw_soon()

    def _draw(self, *_: object) -> None:
        water = self.height * _WATER
        self._ship.size = (self.width, self.height - water)
        self._ship.pos = (self.x - self.width * 0.04, self.y + water - 1)
        self.canvas.before.clear()
        self.canvas.after.clear()
        if self.width < 1 or self.height < 1:
            return
        with self.canvas.before:
            self._moon()
        with self.canvas.after:
            self._wave(water)

    def _moon(self) -> None:
        radius = self.height * _MOON_RADIUS
        Color(1, 1, 1, 0.85)
        Rectangle(
            texture=moon(),
            pos=(self.x + self.width * 0.72 - radius, self.top - 2 * radius),
            size=(2 * radius, 2 * radius),
        )

    def _wave(self, water: float) -> None:
        painting = Painting(self.width, 2 * water)
        crest = wave(self.width, water, self.width / 3.6, 0.0, 2.0)
        # What of the hull is under water is not seen.
        painting.fill([(-4, -4), *crest, (self.width + 4, -4)], theme.INK)
        painting.line(crest, 1.6, theme.SEA)
        Color(1, 1, 1, 1)
        Rectangle(texture=painting.texture(), pos=self.pos, size=(self.width, 2 * water))
