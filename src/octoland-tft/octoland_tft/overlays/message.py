"""A message from the printer (M117): slides over the page until it is put away or taken back."""

from __future__ import annotations

from octoland_api import shapes

from octoland_tft.figures import clock
from octoland_tft.kivy_api import Animation, NumericProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.overlays.overlay import Overlay
from octoland_tft.widgets import button, icon, text  # noqa: F401 - the kv builds on them

_SLIDE_S = 0.2
_SLIDE_PX = 40


class MessageOverlay(Overlay):
    text = StringProperty("")
    head = StringProperty("")
    clock = StringProperty("")
    # How far above its place it still is.
    slide_px = NumericProperty(_SLIDE_PX)

    def __init__(self, message: shapes.Message) -> None:
        super().__init__()
        self.tell(message)
        Animation(slide_px=0, duration=_SLIDE_S, transition="out_quad", step=1 / 30).start(self)

    def tell(self, message: shapes.Message) -> None:
        self.text = message.text
        self.clock = clock(message.time_s)
        self._name()

    def on_narrow(self, *_args: object) -> None:
        self._name()

    def _name(self) -> None:
        words = _("Message · {clock}") if self.narrow else _("Message from the printer · {clock}")
        self.head = words.format(clock=self.clock)

    def leave(self) -> None:
        Animation.cancel_all(self, "slide_px")


load_beside(__file__)
