"""Bars: how warm, how full, how far."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.kivy_api import (
    Animation,
    BoxLayout,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
    Widget,
)
from octoland_tft.layout import load_beside
from octoland_tft.widgets import text  # noqa: F401 - the kv builds on it

_GLIDE_S = 0.3
# A smaller step is not seen gliding, and each glide draws the screen several times.
_GLIDE_FROM_PX = 3


class Track(Widget):
    """A bar filled to `value` (0 to 1); `tick` (0 to 1, or less than 0 for none) marks a target on it."""

    value = NumericProperty(0.0)
    shown = NumericProperty(0.0)
    tick = NumericProperty(-1.0)
    kind = OptionProperty("sea", options=("sea", "brass", "coral"))
    radius_px = NumericProperty(4)
    begin = ObjectProperty(theme.SEA_DEEP)
    end = ObjectProperty(theme.SEA)

    def on_kind(self, *_: object) -> None:
        ends = {"sea": (theme.SEA_DEEP, theme.SEA), "brass": (theme.BRASS_DEEP, theme.BRASS)}
        self.begin, self.end = ends.get(self.kind, (theme.CORAL, theme.CORAL))

    def on_value(self, *_: object) -> None:
        value = min(1.0, max(0.0, self.value))
        Animation.cancel_all(self, "shown")
        if self.get_root_window() and abs(value - self.shown) * self.width > _GLIDE_FROM_PX:
            Animation(shown=value, duration=_GLIDE_S, transition="out_quad").start(self)
        else:
            self.shown = value


class Bar(BoxLayout):
    """A track with its name on the left, its reading and a note on the right: "Hot end ▬▬▬ 210° / 215°"."""

    text = StringProperty("")
    reading = StringProperty("")
    note = StringProperty("")
    value = NumericProperty(0.0)
    tick = NumericProperty(-1.0)
    kind = OptionProperty("sea", options=("sea", "brass", "coral"))
    preferred_px = NumericProperty(15)
    name_width = NumericProperty(62)
    reading_width = NumericProperty(88)
    track_height = NumericProperty(14)


load_beside(__file__)
