"""All of OctoPrint's temperature presets."""

from __future__ import annotations

from typing import Callable

from octoland_api.shapes import Preset

from octoland_tft import figures
from octoland_tft.kivy_api import ObjectProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import row_list  # noqa: F401 - the kv builds on it
from octoland_tft.widgets.row_list import Row


class PresetsPage(Page):
    """`presets` and what to do with the one that is touched, `use`, are set by whoever opens the page."""

    presets: tuple[Preset, ...] = ObjectProperty(())
    use: Callable[[Preset], None] = ObjectProperty()

    def render(self) -> None:
        self.title = _("Presets")
        self.ids.rows.show(
            [
                Row(str(place), preset.name, _note(preset), "whatshot", sign="", tint="brass")
                for place, preset in enumerate(self.presets)
            ]
        )

    def choose(self, row: Row) -> None:
        preset = self.presets[int(row.id)]
        self.navigation.back()
        self.use(preset)


def _note(preset: Preset) -> str:
    return _("Hot end {hot_end} \u00b7 bed {bed}").format(
        hot_end=figures.degrees(preset.tool_celsius), bed=figures.degrees(preset.bed_celsius)
    )


load_beside(__file__)
