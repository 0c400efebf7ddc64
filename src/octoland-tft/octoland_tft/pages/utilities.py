"""What else there is: at most six icons."""

from __future__ import annotations

from functools import partial

from octoland_tft.kivy_api import NumericProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.menu import UTILITIES, MenuEntry
from octoland_tft.page import Page
from octoland_tft.widgets.button import PushButton


class UtilitiesPage(Page):
    root_of = "utilities"

    icon_px = NumericProperty(40)

    def on_size(self, *_args: object) -> None:
        super().on_size()
        self.icon_px = 40 if min(self.size) < 360 else 56
        self.render()

    def on_enter(self) -> None:
        self.printer.bind(link=self._changed, status=self._changed)

    def on_leave(self) -> None:
        self.printer.unbind(link=self._changed, status=self._changed)

    def _changed(self, *_args: object) -> None:
        self.render()

    def render(self) -> None:
        entries = [entry for entry in UTILITIES if entry.shows(self.printer)]
        grid = self.ids.grid
        if [button.target_id for button in reversed(grid.children)] != [entry.id for entry in entries]:
            grid.clear_widgets()
            for entry in entries:
                grid.add_widget(self._button(entry))
        for entry, button in zip(entries, reversed(grid.children)):
            button.text = _(entry.label)
            button.still = not entry.takes_touch(self.printer)
            button.icon_px = self.icon_px

    def _button(self, entry: MenuEntry) -> PushButton:
        button = PushButton(
            target_id=entry.id, icon=entry.icon, kind=entry.kind, order="above", preferred_px=17
        )
        button.bind(on_release=partial(self._chosen, entry))
        return button

    def _chosen(self, entry: MenuEntry, *_args: object) -> None:
        entry.choose(self.printer, self.navigation)


load_beside(__file__)
