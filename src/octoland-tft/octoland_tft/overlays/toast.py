"""Word of what was not done and why; goes by itself, or at a touch."""

from __future__ import annotations

from octoland_tft.kivy_api import Clock, StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.overlays.overlay import Overlay
from octoland_tft.widgets import button, icon  # noqa: F401 - the kv builds on them

_SHOWN_S = 8.0


class ToastOverlay(Overlay):
    text = StringProperty("")

    def __init__(self, words: str) -> None:
        super().__init__(text=words)
        self._end = Clock.schedule_once(lambda _dt: self.dispatch("on_put_away"), _SHOWN_S)

    def leave(self) -> None:
        self._end.cancel()


load_beside(__file__)
