"""One icon, by its name."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.icons import font, glyph
from octoland_tft.kivy_api import Label, NumericProperty, StringProperty


class Icon(Label):
    """`name` is one of `icons.CODEPOINTS`, or "" for none; it is `size_px` high."""

    name = StringProperty("")
    size_px = NumericProperty(theme.ICON)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("color", theme.PEARL)
        super().__init__(font_name=font(), **kwargs)
        self.fbind("name", self._draw)
        self.fbind("size_px", self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.font_size = self.size_px if theme.HAS_ICONS else min(self.size_px, theme.TEXT)
        self.text = glyph(self.name)
