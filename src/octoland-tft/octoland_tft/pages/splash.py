"""The first thing seen: a black ship under sail, while the printer's service is looked for."""

from __future__ import annotations

from typing import Optional

from octoland_tft.kivy_api import Clock, ClockEvent, NumericProperty
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import bar, text, voyage  # noqa: F401 - the kv builds on them

# Long enough to be seen; the search itself takes milliseconds.
SHOWN_S = 1.2


class SplashPage(Page):
    bare = True

    progress = NumericProperty(0.0)

    _end: Optional[ClockEvent] = None

    def on_enter(self) -> None:
        self.progress = 0.6
        self._end = Clock.schedule_once(lambda _dt: self._done(), SHOWN_S)

    def on_leave(self) -> None:
        if self._end is not None:
            self._end.cancel()

    def _done(self) -> None:
        self.progress = 1.0
        self.navigation.leave_splash()


load_beside(__file__)
