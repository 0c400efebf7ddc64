"""The splash's scene: the black ship under a moon, at sea by night."""

from __future__ import annotations

import math
from functools import cache

from octoland_tft import theme
from octoland_tft.drawn import disc, radial
from octoland_tft.kivy_api import Clock, Color, FloatLayout, Rectangle
from octoland_tft.painting import Painting, Point, mixed
from octoland_tft.widgets.ship import Ship

# Of the scene's width and height: where the moon stands, and some stars about it.
_MOON = (0.64, 0.66)
_STARS = (
    (0.07, 0.90), (0.16, 0.74), (0.24, 0.93), (0.31, 0.82), (0.42, 0.95), (0.88, 0.92),
    (0.94, 0.70), (0.83, 0.80), (0.05, 0.60), (0.97, 0.52), (0.20, 0.55), (0.90, 0.60),
)  # fmt: skip


class Voyage(FloatLayout):
    """Fills its box; the lower fifth is the sea, for words."""

    def __init__(self, **kwargs: object) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        self._ship = Ship(size_hint=(None, None))
        self.add_widget(self._ship)
        for name in ("pos", "size"):
            self.fbind(name, self._draw_soon)
        self._draw_soon()

    def _draw(self, *_: object) -> None:
        sea_y = self.y + self.height * 0.24
        side = min(self.width * 0.8, (self.top - sea_y) * 1.3)
        self._ship.size = (side, (self.top - sea_y) * 0.9)
        self._ship.pos = (self.center_x - side / 2 - self.width * 0.02, sea_y + 1)
        self.canvas.before.clear()
        self.canvas.after.clear()
        with self.canvas.before:
            self._sky()
        with self.canvas.after:
            self._sea(sea_y)

    def _sky(self) -> None:
        Color(1, 1, 1, 1)
        moon_x, moon_y = self.x + self.width * _MOON[0], self.y + self.height * _MOON[1]
        reach = max(self.width, self.height) * 1.5
        Color(*theme.INK)
        Rectangle(pos=self.pos, size=self.size)
        Color(1, 1, 1, 1)
        Rectangle(
            texture=radial(theme.NIGHT, theme.INK),
            pos=(moon_x - reach / 2, moon_y - reach / 2),
            size=(reach, reach),
        )
        Color(*theme.PEARL[:3], 0.5)
        for number, (x, y) in enumerate(_STARS):
            star = 2 if number % 3 else 3
            Rectangle(
                texture=disc(),
                pos=(self.x + self.width * x, self.y + self.height * y),
                size=(star * 2, star * 2),
            )
        radius = min(self.width, self.height) * 0.22
        Color(*theme.PEARL[:3], 0.22)
        Rectangle(
            texture=disc(), pos=(moon_x - radius * 2, moon_y - radius * 2), size=(radius * 4, radius * 4)
        )
        Color(1, 1, 1, 1)
        Rectangle(texture=moon(), pos=(moon_x - radius, moon_y - radius), size=(radius * 2, radius * 2))

    def _sea(self, sea_y: float) -> None:
        painting = Painting(self.width, sea_y + 12 - self.y)
        for colour, lift, length, phase in ((theme.SEA_FAR, 6, 74, 0.4), (theme.SEA_NEAR, -7, 118, 0.0)):
            crest = wave(self.width, sea_y + lift - self.y, length, phase)
            painting.fill([(-4, -4), *crest, (self.width + 4, -4)], colour)
        painting.line(crest, 2.0, mixed(theme.SEA_NEAR, theme.SEA, 0.8))
        Color(1, 1, 1, 1)
        Rectangle(texture=painting.texture(), pos=self.pos, size=(self.width, sea_y + 12 - self.y))
        # The moon on the water.
        moon_x = self.x + self.width * _MOON[0]
        for step in range(5):
            half = (26, 17, 22, 10, 14)[step]
            Color(*theme.PEARL[:3], 0.16 - step * 0.025)
            Rectangle(pos=(moon_x - half, sea_y - 18 - step * 7), size=(2 * half, 1.5))


def wave(width: float, y: float, length: float, phase: float, height: float = 4.0) -> list[Point]:
    """The crest of a wave about `y`, a little wider than asked for."""
    steps = max(2, int((width + 8) / 4))
    return [
        (x, y + height * math.sin((x / length + phase) * 2 * math.pi))
        for x in (-4 + (width + 8) * step / steps for step in range(steps + 1))
    ]


@cache
def moon() -> object:
    """A full moon, a little darker towards its edge, with its seas."""
    return radial(
        theme.MOON,
        theme.MOON_EDGE,
        edge=True,
        spots=((-0.3, 0.25, 0.26), (0.22, 0.42, 0.18), (0.15, -0.35, 0.3)),
    )
