"""Buttons."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.icons import glyph
from octoland_tft.kivy_api import (
    BooleanProperty,
    Clock,
    FloatLayout,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from octoland_tft.layout import load_beside
from octoland_tft.widgets import icon  # noqa: F401 - the kv builds on it
from octoland_tft.widgets.target import Target
from octoland_tft.widgets.text import width_of


class PushButton(Target, FloatLayout):
    """An icon and words in the middle, beside or under one another; either may be missing.

    `kind` says what it does: "plain", "go", "ask" (stops to ask or waits), "stop", "bare" (no
    ground), "action". `order`: where the icon is. `note`: a second line. A `faint` one stands back.
    """

    text = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    kind = OptionProperty("plain", options=tuple(theme.BUTTONS))
    order = OptionProperty("beside", options=("beside", "above", "below"))
    preferred_px = NumericProperty(theme.TEXT_BUTTON)
    icon_px = NumericProperty(theme.ICON)
    inset = NumericProperty(4)
    faint = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        for name in ("text", "note", "icon", "order", "preferred_px", "icon_px", "size", "pos", "inset"):
            self.fbind(name, self._arrange_soon)
        self._arrange_soon()

    def _arrange(self, *_: object) -> None:
        if self.order == "beside" or not (glyph(self.icon) and self.text):
            self._beside()
        else:
            self._stacked()

    def _beside(self) -> None:
        sign, words, note = self.ids.sign, self.ids.words, self.ids.note
        room = self.width - 2 * self.inset
        drawn = bool(glyph(self.icon))
        sign.size = (self.icon_px, self.icon_px) if drawn else (0, 0)
        gap = theme.GAP if drawn and self.text else 0
        room_for_words = max(0, room - sign.width - gap)
        # What is too long for one line at the least size takes two, if it is more than one word.
        fits = width_of(self.text, theme.TEXT_LEAST) <= room_for_words
        words.lines = 1 if fits or " " not in self.text else 0
        words.width = min(words.natural_width, room_for_words) if self.text else 0
        left = self.x + (self.width - sign.width - gap - words.width) / 2
        sign.pos = (left, self.center_y - sign.height / 2)
        words.x = left + sign.width + gap
        if self.note:
            words.height, note.height = self.preferred_px * 1.35, note.preferred_px * 1.4
            note.width, note.x = room, self.x + self.inset
            note.y = self.center_y - (words.height + note.height) / 2
            words.y = note.top
        else:
            words.height = self.height
            words.y = self.y

    def _stacked(self) -> None:
        sign, words = self.ids.sign, self.ids.words
        words.size = (self.width - 2, self.preferred_px * 1.3)
        sign.size = (self.icon_px, self.icon_px)
        bottom = self.center_y - (sign.height + words.height) / 2
        lower, upper = (words, sign) if self.order == "above" else (sign, words)
        words.x, sign.x = self.x + 1, self.center_x - sign.width / 2
        lower.y = bottom
        upper.y = bottom + lower.height


load_beside(__file__)
