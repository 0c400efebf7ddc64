"""A chip: one word for a state, with a dot in the state's colour."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.kivy_api import OptionProperty, StringProperty, Widget
from octoland_tft.layout import load_beside
from octoland_tft.widgets import text  # noqa: F401 - the kv builds on it


class Chip(Widget):
    """As wide as its `text` needs. `kind`: "go", "calm", "ask" or "stop"."""

    text = StringProperty("")
    kind = OptionProperty("calm", options=tuple(theme.CHIPS))


load_beside(__file__)
