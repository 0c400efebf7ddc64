"""What every page is: the body under the tabs or the header, shown and hidden by the navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from octoland_tft.kivy_api import BooleanProperty, BoxLayout, ObjectProperty, StringProperty

if TYPE_CHECKING:
    from octoland_tft.navigation import Navigation
    from octoland_tft.printer import Printer


# From here on there is room for more than is needed.
WIDE_PX = 700


class Page(BoxLayout):
    """A page lives in `pages/NAME.py` as class `NamePage`, its layout beside it in `NAME.kv`.

    It is made when it is first opened, and kept. A page that is the root of a tab has the tabs above it, any
    other a header with Back, its `title` and, where `header_text` or `header_icon` is set, one action.
    `upright` and `wide` tell its layout how much room there is.
    """

    # The tab of which this page is the root: "files", "printer", "utilities"; "" for a sub-page.
    root_of: ClassVar[str] = ""
    # Neither tabs nor header.
    bare: ClassVar[bool] = False

    title = StringProperty("")
    header_icon = StringProperty("")
    header_text = StringProperty("")
    shown = BooleanProperty(False)
    upright = BooleanProperty(False)
    wide = BooleanProperty(False)
    printer: Printer = ObjectProperty()
    navigation: Navigation = ObjectProperty()

    def on_size(self, *_args: object) -> None:
        self.upright = self.width < self.height
        self.wide = self.width >= WIDE_PX

    def on_enter(self) -> None:
        """The page is about to be seen: ask for what it shows, start its clocks."""

    def on_leave(self) -> None:
        """The page is no longer seen: stop its clocks."""

    def render(self) -> None:
        """Put the words that code composes into the widgets: on entering, and when the language changes."""

    def on_header_action(self) -> None:
        """The action in the header was touched."""
