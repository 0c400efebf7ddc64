"""One heater: how warm it is, how warm it shall be."""

from __future__ import annotations

from octoland_api.shapes import Temperature

from octoland_tft import figures, theme
from octoland_tft.kivy_api import BooleanProperty, Clock, FloatLayout, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.widgets import text  # noqa: F401 - the kv builds on it
from octoland_tft.widgets.target import Target
from octoland_tft.words import heater_words

# Narrower, the target has its own line.
_WIDE_PX = 130


class HeaterCard(Target, FloatLayout):
    """`chosen`: what is typed is for this one, and is shown in its target's place."""

    text = StringProperty("")
    actual = StringProperty("")
    target = StringProperty("")
    chosen = BooleanProperty(False)
    typing = BooleanProperty(False)
    thin = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", "target", "typing"):
            self.fbind(name, self._arrange_soon)

    def show(self, heater: Temperature, chosen: bool, entry: str) -> None:
        self.text = heater_words(heater.heater)
        self.actual = figures.degrees(heater.actual_celsius, 1)
        self.chosen = chosen
        self.typing = chosen and bool(entry)
        if self.typing:
            self.target = f"{entry}°"
        else:
            self.target = figures.degrees(heater.target_celsius) if heater.target_celsius else _("off")

    def _arrange(self, *_args: object) -> None:
        self.thin = self.width < _WIDE_PX
        name, actual, target = self.ids.name, self.ids.actual, self.ids.target
        edge = 3 if self.thin else theme.EDGE
        room = self.width - 2 * edge
        for words in (name, actual, target):
            words.x = self.x + edge
            words.width = room
        if self.thin:
            third = (self.height - 8) / 3
            for line, words in enumerate((target, actual, name)):
                words.height, words.y = third, self.y + 4 + line * third
        else:
            above = self.height * 0.42
            name.height = target.height = above - self.height * 0.06
            name.y = target.y = self.top - above
            target.width = min(room / 2, target.natural_width)
            target.x = self.right - edge - target.width
            name.width = room - target.width - theme.GAP
            actual.height, actual.y = self.height - above - 4, self.y + 4


load_beside(__file__)
