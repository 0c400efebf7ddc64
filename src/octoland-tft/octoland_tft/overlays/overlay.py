"""The base of all overlays."""

from __future__ import annotations

from typing import ClassVar, Optional

from octoland_tft import theme
from octoland_tft.kivy_api import BooleanProperty, BoxLayout, ColorProperty, FloatLayout, Touch
from octoland_tft.layout import load_beside

NARROW_PX = 400


class Overlay(FloatLayout):
    """Dispatches `on_put_away` when it is to go. A `modal` one lets no touch through to the page.

    `narrow`: the screen stands upright, words that lie beside each other elsewhere go below each other.
    """

    __events__ = ("on_put_away",)
    modal: ClassVar[bool] = False

    narrow = BooleanProperty(False)

    def on_put_away(self) -> None:
        """It is to go."""

    def leave(self) -> None:
        """It is gone: stop its clocks."""

    def on_width(self, *_: object) -> None:
        self.narrow = self.width <= NARROW_PX

    def on_touch_down(self, touch: Touch) -> Optional[bool]:
        return super().on_touch_down(touch) or self.modal or self.covers(touch.x, touch.y)

    def covers(self, x: float, y: float) -> bool:
        """Whether its box lies there: a touch on the box is not for what is under it."""
        box = self.ids.get("box")
        return box is not None and bool(box.collide_point(x, y))


class OverlayBox(BoxLayout):
    """The box that an overlay's words stand in."""

    line = ColorProperty(theme.ROPE)


load_beside(__file__)
