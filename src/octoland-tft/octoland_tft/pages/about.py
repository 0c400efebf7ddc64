"""What runs here, and where OctoPrint is reached."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Optional

from octoland_api.shapes import About

from octoland_tft.failure import Failure
from octoland_tft.kivy_api import ListProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import fact, qr, text  # noqa: F401 - the kv builds on them
from octoland_tft.words import failure_words


class AboutPage(Page):
    facts: list[tuple[str, str]] = ListProperty()
    address = StringProperty("")
    addresses = StringProperty("")
    notice = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._about: Optional[About] = None
        super().__init__(**kwargs)

    def on_enter(self) -> None:
        self.printer.read(About, "about", then=self._came, failed=self._not_read)

    def on_header_action(self) -> None:
        self.navigation.open("help")

    def render(self) -> None:
        self.title = _("About")
        self.header_icon, self.header_text = "help_outline", _("What to do")
        about = self._about
        known = (
            ("OctoPrint", about.octoprint if about else None),
            (_("Plugin"), about.plugin if about else None),
            (_("Screen"), _own_version()),
            ("Python", about.python if about else platform.python_version()),
            (_("Name"), about.hostname if about else platform.node()),
            (_("Printer"), about.printer if about else None),
        )
        self.facts = [(name, value) for name, value in known if value]
        self.address = about.addresses[0] if about and about.addresses else ""
        self.addresses = "\n".join(about.addresses[:2]) if about else ""

    def _came(self, about: About) -> None:
        self._about, self.notice = about, ""
        self.render()

    def _not_read(self, failure: Failure) -> None:
        self.notice = failure_words(failure)


def _own_version() -> str:
    try:
        return version("octoland-tft")
    except PackageNotFoundError:
        return _("from its source")


load_beside(__file__)
