"""In the printer's place while there is none: why, and what now."""

from __future__ import annotations

import time
from typing import Optional

from octoland_api.shapes import State

from octoland_tft import figures
from octoland_tft.kivy_api import BooleanProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.menu import NOT_CONNECTED_ACTIONS
from octoland_tft.page import Page
from octoland_tft.printer import Link
from octoland_tft.widgets import action_row, icon, paragraph  # noqa: F401 - the kv builds on them
from octoland_tft.words import failure_words

# The wire's own errors that say no more than that nobody is there.
_NOBODY = ("Timeout", "ServerGone", "ReplyLost")


class NotConnectedPage(Page):
    root_of = "printer"

    icon = StringProperty("cloud_off")
    calm = BooleanProperty(False)
    headline = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")

    def on_enter(self) -> None:
        self.printer.bind(status=self._changed, link=self._changed, trouble=self._changed)

    def on_leave(self) -> None:
        self.printer.unbind(status=self._changed, link=self._changed, trouble=self._changed)

    def render(self) -> None:
        self._changed()

    def _changed(self, *_args: object) -> None:
        if self.printer.link is Link.NO_SERVICE:
            self._no_service()
        elif self.printer.status is None:
            self._no_key()
        else:
            self._no_printer(self.printer.status.state, self.printer.status.error)
        self.ids.actions.show(NOT_CONNECTED_ACTIONS, self.printer, self.navigation)

    def _no_service(self) -> None:
        trouble = self.printer.trouble
        self.icon, self.calm = "cloud_off", False
        self.headline = _("OctoPrint is not answering")
        if trouble is None or trouble.kind in _NOBODY:
            self.text = _(
                "It has stopped or is starting, which takes up to a minute. "
                "A running print is told on this page as soon as it is back."
            )
        else:
            self.text = failure_words(trouble)
        since_s = time.time() - (time.monotonic() - self.printer.link_since)
        self.note = _("No answer since {clock}. The screen comes back by itself.").format(
            clock=figures.clock(since_s)
        )

    def _no_key(self) -> None:
        self.icon, self.calm = "lock_outline", True
        self.headline = _("This screen is not allowed yet")
        self.text = _("OctoPrint tells its state and takes commands once its user has allowed this screen.")
        self.note = ""

    def _no_printer(self, state: State, error: Optional[str]) -> None:
        self.note = error or ""
        if state is State.CONNECTING:
            self.icon, self.calm = "usb", True
            self.headline = _("Connecting to the printer")
            self.text = _("This takes some seconds.")
        elif state is State.ERROR:
            self.icon, self.calm = "error_outline", False
            self.headline = _("The printer stopped with an error")
            self.text = _("Look at the printer first. When it is safe, connect it again.")
        else:
            self.icon, self.calm = "usb", True
            self.headline = _("The printer is not connected")
            self.text = _("Switch it on and check its cable, then connect it.")


load_beside(__file__)
