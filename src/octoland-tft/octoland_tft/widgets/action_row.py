"""The row of large buttons along the foot of a page, made of menu entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from octoland_tft.kivy_api import BoxLayout
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.menu import MenuEntry
from octoland_tft.widgets.button import PushButton

if TYPE_CHECKING:
    from octoland_tft.navigation import Navigation
    from octoland_tft.printer import Printer

# Three buttons on a narrower row have their icons above their words.
_BESIDE_PX = 420


class ActionRow(BoxLayout):
    """Empty until it is told what to show; told again whenever the printer or the language has changed."""

    def __init__(self, **kwargs: object) -> None:
        self._buttons: list[PushButton] = []
        super().__init__(**kwargs)

    def show(self, entries: Sequence[MenuEntry], printer: Printer, navigation: Navigation) -> None:
        """The entries that show now, dimmed where they cannot be touched."""
        shown = [entry for entry in entries if entry.shows(printer)]
        if [button.target_id for button in self._buttons] != [entry.id for entry in shown]:
            self.clear_widgets()
            self._buttons = [_button(entry, printer, navigation) for entry in shown]
            for button in self._buttons:
                self.add_widget(button)
            self._arrange()
        for entry, button in zip(shown, self._buttons):
            button.text = _(entry.label)
            button.still = not entry.takes_touch(printer)

    def on_width(self, *_args: object) -> None:
        self._arrange()

    def _arrange(self) -> None:
        order = "beside" if len(self._buttons) < 3 or self.width > _BESIDE_PX else "above"
        for button in self._buttons:
            button.order = order
            button.inset = 6 if order == "beside" else 2


def _button(entry: MenuEntry, printer: Printer, navigation: Navigation) -> PushButton:
    button = PushButton(target_id=entry.id, icon=entry.icon, kind=entry.kind)
    button.bind(on_release=lambda *_args: entry.choose(printer, navigation))
    return button


load_beside(__file__)
