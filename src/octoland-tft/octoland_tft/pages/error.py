"""In the place of a page that failed: the screen lives on."""

from __future__ import annotations

from octoland_tft.kivy_api import StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.widgets import button, icon, text  # noqa: F401 - the kv builds on them


class ErrorPage(Page):
    """`failed_page` and `detail` are set by the navigation."""

    failed_page = StringProperty("")
    detail = StringProperty("")

    def render(self) -> None:
        self.title = _("This page failed")

    def again(self) -> None:
        self.navigation.open(self.failed_page)

    def to_printer(self) -> None:
        self.navigation.home()


load_beside(__file__)
