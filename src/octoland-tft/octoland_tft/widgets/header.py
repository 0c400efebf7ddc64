"""The header of a page below a tab: Back, the title, at most one action."""

from __future__ import annotations

from octoland_tft.kivy_api import BoxLayout, StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.widgets import button, text  # noqa: F401 - the kv builds on them


class Header(BoxLayout):
    """Dispatches `on_back` and `on_action`; without `action_text` and `action_icon` there is no action."""

    __events__ = ("on_back", "on_action")

    title = StringProperty("")
    action_text = StringProperty("")
    action_icon = StringProperty("")
    action_id = StringProperty("action")

    def on_back(self) -> None:
        """Back was touched."""

    def on_action(self) -> None:
        """The action was touched."""


load_beside(__file__)
