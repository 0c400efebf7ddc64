"""What to do: the steps out of the trouble that there is now."""

from __future__ import annotations

from octoland_tft.advice import ADVICE, trouble_now
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import row_list, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.row_list import Row


class HelpPage(Page):
    _trouble = ""

    def on_enter(self) -> None:
        self.printer.bind(link=self._changed, status=self._changed)

    def on_leave(self) -> None:
        self.printer.unbind(link=self._changed, status=self._changed)

    def _changed(self, *_args: object) -> None:
        if trouble_now(self.printer.link, self.printer.status) != self._trouble:
            self.render()

    def render(self) -> None:
        self._trouble = trouble_now(self.printer.link, self.printer.status)
        advice = ADVICE[self._trouble]
        self.title = _(advice.title)
        self.ids.rows.show(
            [
                Row(str(number), _(step), mark=str(number), sign="")
                for number, step in enumerate(advice.steps, 1)
            ]
        )


load_beside(__file__)
