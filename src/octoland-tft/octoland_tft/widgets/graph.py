"""Temperatures over time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from octoland_api.shapes import Temperature, TemperatureSample

from octoland_tft import figures, theme
from octoland_tft.kivy_api import (
    Clock,
    Color,
    CoreLabel,
    Line,
    NumericProperty,
    Rectangle,
    SmoothLine,
    Widget,
)
from octoland_tft.theme import Colour
from octoland_tft.words import heater_words

# A step of time that is seen at the size of a screen; a redraw in between would show nothing new.
STEP_S = 5.0
_LEFT_PX, _BOTTOM_PX, _TOP_PX = 34, 20, 6
_COLOURS = {"bed": theme.SEA, "chamber": theme.FOG}


class Graph(Widget):
    """The last `span_s` seconds: a line for each heater with its name at the end, its target as a thin one.

    `show` sets the past, `add` goes on from it.
    """

    span_s = NumericProperty(900)
    top_celsius = NumericProperty(300)

    def __init__(self, **kwargs: object) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        self._samples: deque[TemperatureSample] = deque()
        super().__init__(**kwargs)
        for name in ("pos", "size", "span_s", "top_celsius"):
            self.fbind(name, self._draw_soon)

    def show(self, samples: Sequence[TemperatureSample]) -> None:
        """The past, oldest first."""
        self._samples.clear()
        for sample in samples:
            if not self._samples or sample.time_s - self._samples[-1].time_s >= STEP_S:
                self._samples.append(sample)
        self._drop_old()
        self._draw_soon()

    def add(self, time_s: float, heaters: tuple[Temperature, ...]) -> None:
        """Now; sooner after the last one than is seen, it is left out."""
        if self._samples and 0 <= time_s - self._samples[-1].time_s < STEP_S:
            return
        if self._samples and time_s < self._samples[-1].time_s:
            # The clock was set back: what is there belongs to another time.
            self._samples.clear()
        self._samples.append(TemperatureSample(time_s=time_s, heaters=heaters))
        self._drop_old()
        self._draw_soon()

    def _drop_old(self) -> None:
        while self._samples and self._samples[-1].time_s - self._samples[0].time_s > self.span_s:
            self._samples.popleft()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.width < 2 * _LEFT_PX or self.height < 2 * _BOTTOM_PX:
            return
        with self.canvas:
            self._grid()
            if len(self._samples) > 1:
                heaters = [heater.heater for heater in self._samples[-1].heaters]
                names_y: list[float] = []
                for heater in heaters:
                    self._heater(heater, names_y)

    def _grid(self) -> None:
        for celsius in range(0, int(self.top_celsius) + 1, 100):
            y = self._y(celsius)
            Color(*theme.ROPE[:3], 0.6)
            Rectangle(pos=(self.x + _LEFT_PX, round(y)), size=(self.width - _LEFT_PX, 1))
            self._words(figures.degrees(celsius), theme.FOG, self.x, y, "left")
        Color(*theme.FOG)
        self._words(
            figures.duration(self.span_s), theme.FOG, self.x + _LEFT_PX, self.y + _BOTTOM_PX / 2 - 2, "left"
        )

    def _heater(self, heater: str, names_y: list[float]) -> None:
        colour = _COLOURS.get(heater, theme.BRASS)
        actual, target = self._points(heater)
        if len(target) >= 4:
            Color(*colour[:3], 0.45)
            Line(points=target, width=1)
        if len(actual) < 4:
            return
        Color(*colour)
        SmoothLine(points=actual, width=1.1)
        name_y = actual[-1] + 12
        while any(abs(name_y - other) < theme.TEXT_LEAST + 2 for other in names_y):
            name_y -= theme.TEXT_LEAST + 2
        names_y.append(name_y)
        self._words(heater_words(heater), colour, self.right, name_y, "right")

    def _points(self, heater: str) -> tuple[list[float], list[float]]:
        now_s = self._samples[-1].time_s
        actual: list[float] = []
        target: list[float] = []
        for sample in self._samples:
            at = next((each for each in sample.heaters if each.heater == heater), None)
            if at is None:
                continue
            x = self.right - (now_s - sample.time_s) / self.span_s * (self.width - _LEFT_PX)
            if at.actual_celsius is not None:
                actual += [x, self._y(at.actual_celsius)]
            if at.target_celsius:
                target += [x, self._y(at.target_celsius)]
        return actual, target

    def _y(self, celsius: float) -> float:
        share = min(1.0, max(0.0, celsius / self.top_celsius))
        return float(self.y + _BOTTOM_PX + share * (self.height - _BOTTOM_PX - _TOP_PX))

    def _words(self, text: str, colour: Colour, x: float, y: float, side: str) -> None:
        label = CoreLabel(text=text, font_size=theme.TEXT_LEAST, font_name="Roboto")
        label.refresh()
        width, height = label.texture.size
        Color(*colour)
        left = x if side == "left" else x - width
        Rectangle(texture=label.texture, pos=(round(left), round(y - height / 2)), size=(width, height))
