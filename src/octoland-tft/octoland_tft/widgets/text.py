"""Words on the screen that never leave their box.

One line is made smaller down to the least size, then cut with an ellipsis; several lines are wrapped, made
smaller, and what still does not fit is cut at the last line.
"""

from __future__ import annotations

import math
from functools import lru_cache

from octoland_tft import theme
from octoland_tft.kivy_api import Clock, CoreLabel, Label, NumericProperty
from octoland_tft.layout import load_beside


@lru_cache(maxsize=1024)
def width_of(line: str, size_px: int, bold: bool = False, font: str = "Roboto") -> float:
    """The width in pixels that one line takes."""
    label = CoreLabel(font_name=font, font_size=size_px, bold=bold)
    width: float = label.get_extents(line)[0]
    return math.ceil(width) + 1


@lru_cache(maxsize=256)
def height_of(text: str, size_px: int, width_px: int, bold: bool, line_height: float) -> float:
    """The height in pixels that text takes when wrapped to a width."""
    shape = {"font_name": "Roboto", "font_size": size_px, "bold": bold, "line_height": line_height}
    height: float = CoreLabel(text=text, text_size=(width_px, None), **shape).render()[1]
    return height


class Text(Label):
    """`preferred_px`: how large, where there is room. `lines`: 1, or 0 for as many as the height holds.

    `natural_width`: in pixels, at the preferred size and on one line.
    """

    preferred_px = NumericProperty(theme.TEXT)
    least_px = NumericProperty(theme.TEXT_LEAST)
    lines = NumericProperty(1)
    natural_width = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._refit = Clock.create_trigger(self.fit, -1)
        super().__init__(**kwargs)
        for name in ("text", "size", "preferred_px", "least_px", "lines", "bold", "line_height"):
            self.fbind(name, self._refit)
        for name in ("text", "preferred_px", "bold"):
            self.fbind(name, self._measure)
        self._measure()
        self._refit()

    def _measure(self, *_: object) -> None:
        size_px = int(self.preferred_px)
        self.natural_width = max(width_of(line, size_px, self.bold) for line in self.text.split("\n"))

    def fit(self, *_: object) -> None:
        """Choose the size of type for the box as it is now."""
        preferred, least = int(self.preferred_px), int(self.least_px)
        sizes = range(preferred, least - 1, -1)
        if self.lines == 1:
            fitting = next((size for size in sizes if width_of(self.text, size, self.bold) <= self.width), 0)
        else:
            fitting = next((size for size in sizes if self._wrapped_fits(size)), 0)
            # Else words that stand in the middle would lose their beginning as well as their end.
            self.max_lines = 0 if fitting else self._lines_that_fit(least)
        self.shorten = self.lines == 1 and not fitting
        self.font_size = fitting or least
        self.text_size = (max(0, self.width), max(0, self.height))

    def _lines_that_fit(self, size_px: int) -> int:
        line_px = height_of("X", size_px, int(self.width), self.bold, self.line_height)
        return max(1, int(self.height // line_px))

    def _wrapped_fits(self, size_px: int) -> bool:
        if any(width_of(word, size_px, self.bold) > self.width for word in self.text.split()):
            return False
        return height_of(self.text, size_px, int(self.width), self.bold, self.line_height) <= self.height


load_beside(__file__)
