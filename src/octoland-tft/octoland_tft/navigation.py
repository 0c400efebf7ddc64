"""Where the user is: a stack of pages over the root of a tab, and what lies over them."""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from typing import Callable, Optional, Protocol

from octoland_api.shapes import State

from octoland_tft.kivy_api import Builder
from octoland_tft.language import translator
from octoland_tft.page import Page
from octoland_tft.printer import Link, Printer

logger = logging.getLogger(__name__)

NOT_CONNECTED = (State.OFFLINE, State.CONNECTING, State.ERROR)


@dataclass(frozen=True)
class Question:
    """Asks before something that can ruin a print. The buttons say what happens; `keep` is the harmless
    one. It is asked as long as it `holds`: what it asks about may end, or become another."""

    title: str
    text: str
    keep_label: str
    do_label: str
    action: Callable[[], None]
    holds: Callable[[], bool]
    do_icon: str = ""
    do_style: str = "stop"


class Stage(Protocol):
    """What shows pages and what lies over them."""

    def show_page(self, page: Page) -> None: ...
    def show_question(self, question: Question) -> None: ...
    def show_toast(self, text: str) -> None: ...
    def show_prompt(self) -> None: ...
    def clear_overlays(self) -> None: ...


def page_class(page_id: str) -> type[Page]:
    """The class in `pages/`: page "file_details" is FileDetailsPage in pages/file_details.py."""
    module = importlib.import_module(f"octoland_tft.pages.{page_id}")
    name = "".join(part.capitalize() for part in page_id.split("_")) + "Page"
    found: type[Page] = getattr(module, name)
    return found


class Navigation:
    """Opens pages and goes back. A page that fails gives way to the error page; the screen lives on."""

    def __init__(self, printer: Printer, stage: Stage) -> None:
        self._printer = printer
        self._stage = stage
        self._pages: dict[str, Page] = {}
        self._stack: list[str] = []
        self.page: Optional[Page] = None
        self.page_id = ""
        self._splash = True
        self._key_put_off = False
        printer.fbind("link", self._printer_changed)
        printer.fbind("status", self._printer_changed)
        translator.fbind("language", self._language_changed)

    def home(self) -> None:
        """Where the screen starts: the printer."""
        self.open_tab("home")

    def open_tab(self, page_id: str) -> None:
        """The root of a tab; what was opened over the tab before is left."""
        self._stack = [page_id]
        self._show(page_id, {})

    def open(self, page_id: str, **attributes: object) -> None:
        """Open a page over this one; `attributes` are set on it before it shows."""
        if page_id in self._stack:
            del self._stack[self._stack.index(page_id) :]
        self._stack.append(page_id)
        self._show(page_id, attributes)

    def back(self) -> None:
        """To the page below, or to the printer."""
        if self.page_id == "key":
            self._key_put_off = True
        if len(self._stack) > 1:
            self._stack.pop()
            self._show(self._stack[-1], {})
        else:
            self.home()

    def ask(self, question: Question) -> None:
        self._stage.show_question(question)

    def toast(self, text: str) -> None:
        self._stage.show_toast(text)

    def show_prompt(self) -> None:
        """The question that the printer asks, also where it was put away."""
        self._stage.show_prompt()

    def leave_splash(self) -> None:
        """The splash has been seen for long enough."""
        self._splash = False
        self._printer_changed()
        if self.page_id != "splash":
            # Not seen again: it need not lie in memory.
            self._pages.pop("splash", None)

    def page_failed(self, error: BaseException) -> None:
        """The page in view raised: it is thrown away, and its error shown in its place."""
        failed = self.page_id
        logger.error("Page %s failed", failed, exc_info=error)
        if failed == "error":
            raise error
        self._pages.pop(failed, None)
        # A rule that raised leaves Kivy in the middle of it, and no other widget could be built.
        Builder.rulectx.clear()
        self._leave()
        self._stage.clear_overlays()
        self._put("error", {"failed_page": failed, "detail": f"{type(error).__name__}: {error}"})

    def _show(self, page_id: str, attributes: dict[str, object]) -> None:
        try:
            self._put(self._root_now(page_id), attributes)
        except Exception as error:  # noqa: BLE001 (whatever a page raises, the screen lives on)
            self.page_id = page_id
            self.page_failed(error)

    def _put(self, page_id: str, attributes: dict[str, object]) -> None:
        page = self._pages.get(page_id) or self._make(page_id)
        for name, value in attributes.items():
            setattr(page, name, value)
        self._leave()
        self.page, self.page_id = page, page_id
        page.render()
        self._stage.show_page(page)
        page.shown = True
        page.on_enter()

    def _leave(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            page.shown = False
            page.on_leave()

    def _make(self, page_id: str) -> Page:
        page = page_class(page_id)(printer=self._printer, navigation=self)
        self._pages[page_id] = page
        return page

    def _root_now(self, page_id: str) -> str:
        """What stands in the place of the printer's page while it has nothing to show."""
        printer = self._printer
        if page_id != "home":
            return page_id
        if self._splash or printer.link is Link.STARTING:
            return "splash"
        if printer.link is Link.NO_SERVICE:
            return "not_connected"
        if printer.link is Link.KEY_NEEDED and not self._key_put_off:
            return "key"
        if printer.status is None or printer.status.state in NOT_CONNECTED:
            return "not_connected"
        return "home"

    def _printer_changed(self, *_: object) -> None:
        if self._printer.link is Link.READY:
            self._key_put_off = False
        if self._printer.link is Link.KEY_NEEDED and not self._key_put_off:
            # Nothing else can be done: from wherever the user is.
            self._stack = ["home"]
        if self._stack and self._stack[-1] == "home" and self.page_id != self._root_now("home"):
            self._show("home", {})

    def _language_changed(self, *_: object) -> None:
        if self.page is not None:
            self.page.render()
            self._stage.show_page(self.page)
