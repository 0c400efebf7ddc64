"""A question before something that can ruin a print."""

from __future__ import annotations

from octoland_tft.kivy_api import StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.navigation import Question
from octoland_tft.overlays.overlay import Overlay
from octoland_tft.widgets import button, paragraph  # noqa: F401 - the kv builds on them


class QuestionOverlay(Overlay):
    """The harmless answer is on the left; only the other does anything."""

    modal = True

    title = StringProperty("")
    text = StringProperty("")
    keep_label = StringProperty("")
    do_label = StringProperty("")
    do_icon = StringProperty("")
    do_style = StringProperty("stop")

    def __init__(self, question: Question) -> None:
        self._question = question
        self._answered = False
        super().__init__(
            title=question.title,
            text=question.text,
            keep_label=question.keep_label,
            do_label=question.do_label,
            do_icon=question.do_icon,
            do_style=question.do_style,
        )

    def holds(self) -> bool:
        return self._question.holds()

    def keep(self) -> None:
        self._answered = True
        self.dispatch("on_put_away")

    def do(self) -> None:
        """Once: a second finger on the button is let go after the first."""
        answered, self._answered = self._answered, True
        self.dispatch("on_put_away")
        if not answered and self.holds():
            self._question.action()


load_beside(__file__)
