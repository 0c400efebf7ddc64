"""The language of the screen: each in its own words, changed at once and remembered."""

from __future__ import annotations

from octoland_tft.catalogue import LANGUAGES
from octoland_tft.kivy_api import NumericProperty
from octoland_tft.language import gettext as _
from octoland_tft.language import translator
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import row_list  # noqa: F401 - the kv builds on it
from octoland_tft.widgets.row_list import Row

_ROW_LEAST = 56


class LanguagePage(Page):
    cols = NumericProperty(1)

    def on_size(self, *_args: object) -> None:
        super().on_size()
        # All of them are seen at once: two beside one another where they do not fit under one another.
        self.cols = 1 if self.height >= len(LANGUAGES) * _ROW_LEAST else 2

    def render(self) -> None:
        self.title = _("Language")
        self.ids.rows.show([self._row(code, name) for code, name in LANGUAGES.items()])

    def _row(self, code: str, name: str) -> Row:
        chosen = code == translator.language
        return Row(
            code, name, sign="radio_button_checked" if chosen else "radio_button_unchecked", chosen=chosen
        )

    def choose(self, row: Row) -> None:
        translator.use(row.id)


load_beside(__file__)
