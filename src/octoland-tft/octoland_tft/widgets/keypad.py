"""A keypad for whole numbers."""

from __future__ import annotations

from octoland_tft import theme
from octoland_tft.kivy_api import GridLayout, NumericProperty, StringProperty
from octoland_tft.language import translator
from octoland_tft.layout import load_beside
from octoland_tft.widgets.button import PushButton

_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "set")


class Keypad(GridLayout):
    """`entry` is what was typed, up to `digits` of it. Dispatches `on_set(number)`."""

    __events__ = ("on_set",)

    entry = StringProperty("")
    digits = NumericProperty(3)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._keys = {key: self._key(key) for key in _KEYS}
        translator.fbind("_", self._name)
        self.fbind("entry", self._name)
        self._name()

    def _key(self, key: str) -> PushButton:
        button = PushButton(target_id=f"key.{key}", preferred_px=22)
        if key == "erase":
            button.icon = "backspace"
        elif key == "set":
            button.kind, button.preferred_px = "go", theme.TEXT_BUTTON
        else:
            button.text = key
        button.bind(on_release=lambda *_: self.press(key))
        self.add_widget(button)
        return button

    def _name(self, *_: object) -> None:
        self._keys["set"].text = translator._("Set")
        self._keys["set"].still = not self.entry
        self._keys["erase"].still = not self.entry

    def press(self, key: str) -> None:
        """A key was touched: a digit, "erase" or "set"."""
        if key == "set":
            number, self.entry = int(self.entry), ""
            self.dispatch("on_set", number)
        elif key == "erase":
            self.entry = self.entry[:-1]
        elif len(self.entry) < self.digits:
            self.entry = (self.entry + key).lstrip("0") or "0"

    def on_set(self, number: int) -> None:
        """What was typed is to hold."""


load_beside(__file__)
