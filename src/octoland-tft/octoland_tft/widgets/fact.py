"""What is known of something: a small name over a value, two or more beside one another."""

from __future__ import annotations

from octoland_tft.kivy_api import BoxLayout, GridLayout, ListProperty, StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.widgets import text  # noqa: F401 - the kv builds on it


class Fact(BoxLayout):
    name = StringProperty("")
    value = StringProperty("")


class Facts(GridLayout):
    """`facts`: pairs of name and value."""

    facts: list[tuple[str, str]] = ListProperty()

    def on_facts(self, *_args: object) -> None:
        self.clear_widgets()
        for name, value in self.facts:
            self.add_widget(Fact(name=name, value=value))


load_beside(__file__)
