"""One heater: how warm it is, how warm it shall be."""

from __future__ import annotations

from octoland_api.shapes import Temperature

from octoland_tft import figures, theme
from octoland_tft.kivy_api import BooleanProperty, FloatLayout, NumericProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.widgets import text  # noqa: F401 - the kv builds on it
from octoland_tft.widgets.target import Target
from octoland_tft.words import heater_words


class HeaterCard(Target, FloatLayout):
    """`chosen`: what is typed is for this one, and is shown in its target's place."""

    text = StringProperty("")
    actual = StringProperty("")
    target = StringProperty("")
    chosen = BooleanProperty(False)
    typing = BooleanProperty(False)
    line = NumericProperty(22)
    target_px = NumericProperty(theme.TEXT)

    def show(self, heater: Temperature, chosen: bool, entry: str) -> None:
        self.text = heater_words(heater.heater)
        self.actual = figures.degrees(heater.actual_celsius, 1)
        self.chosen = chosen
        self.typing = chosen and bool(entry)
        if self.typing:
            self.target = f"{entry}°"
        else:
            self.target = figures.degrees(heater.target_celsius) if heater.target_celsius else _("off")


load_beside(__file__)
