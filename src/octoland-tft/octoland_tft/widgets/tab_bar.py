"""The tabs along the top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from octoland_tft.kivy_api import BooleanProperty, BoxLayout, StringProperty
from octoland_tft.language import translator
from octoland_tft.layout import load_beside
from octoland_tft.menu import MenuEntry
from octoland_tft.widgets.button import PushButton


class Tab(PushButton):
    chosen = BooleanProperty(False)


class TabBar(BoxLayout):
    """One tab for each menu entry; `current` is the id of the one that is open. Event: `on_choose(id)`."""

    __events__ = ("on_choose",)

    current = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._entries: tuple[MenuEntry, ...] = ()
        self._tabs: list[Tab] = []
        translator.bind(_=self._name)

    def show(self, entries: Sequence[MenuEntry]) -> None:
        """Have these tabs."""
        self._entries = tuple(entries)
        self.clear_widgets()
        self._tabs = []
        for entry in self._entries:
            tab = Tab(target_id=f"tab.{entry.id}", icon=entry.icon)
            tab.bind(on_release=partial(self._chosen, entry))
            self._tabs.append(tab)
            self.add_widget(tab)
        self._name()
        self.on_current()

    def _chosen(self, entry: MenuEntry, *_: object) -> None:
        self.dispatch("on_choose", entry.id)

    def _name(self, *_: object) -> None:
        for entry, tab in zip(self._entries, self._tabs):
            tab.text = translator._(entry.label)

    def on_current(self, *_: object) -> None:
        for entry, tab in zip(self._entries, self._tabs):
            tab.chosen = entry.id == self.current

    def on_choose(self, id: str) -> None:  # noqa: A002
        """A tab was touched."""


load_beside(__file__)
