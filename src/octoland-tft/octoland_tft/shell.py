"""The frame of the screen: tabs or header on top, the page under them, and what lies over both."""

from __future__ import annotations

from typing import Callable, Optional

from octoland_tft.kivy_api import FloatLayout, ObjectProperty, StringProperty, Widget
from octoland_tft.layout import load_beside
from octoland_tft.menu import TABS
from octoland_tft.navigation import Navigation, Question
from octoland_tft.overlays.message import MessageOverlay
from octoland_tft.overlays.overlay import Overlay
from octoland_tft.overlays.prompt import PromptOverlay
from octoland_tft.overlays.question import QuestionOverlay
from octoland_tft.overlays.toast import ToastOverlay
from octoland_tft.page import Page
from octoland_tft.printer import Link, Printer
from octoland_tft.widgets.header import Header
from octoland_tft.widgets.tab_bar import TabBar


class Shell(FloatLayout):
    """The root widget, and the stage that the navigation plays on. `overlay` is the id of what lies on top,
    or ""."""

    overlay = StringProperty("")
    page: Optional[Page] = ObjectProperty(None, allownone=True)

    def __init__(self, printer: Printer) -> None:
        super().__init__()
        self.navigation = Navigation(printer, self)
        self._printer = printer
        self._tabs = TabBar()
        self._tabs.show(TABS)
        self._tabs.bind(on_choose=self._choose_tab)
        self._header = Header()
        self._header.bind(
            on_back=lambda *_: self.navigation.back(), on_action=lambda *_: self._header_action()
        )
        self._overlays: dict[str, Overlay] = {}
        self._prompt_put_away: Optional[object] = None
        printer.fbind("message", self._message_changed)
        for name in ("status", "link"):
            printer.fbind(name, self._prompt_changed)
            printer.fbind(name, self._question_changed)

    def show_page(self, page: Page) -> None:
        if self.page is not None:
            for name in ("title", "header_text", "header_icon"):
                self.page.unbind(**{name: self._title})
            if self.page is not page:
                # What it asked about is no longer in view.
                self._take_away("question")
        self.page = page
        self._put_on_top(None if page.bare else self._tabs if page.root_of else self._header)
        self._tabs.current = page.root_of
        self._title()
        page.bind(title=self._title, header_text=self._title, header_icon=self._title)
        body = self.ids.body
        if body.children != [page]:
            body.clear_widgets()
            body.add_widget(page)

    def show_question(self, question: Question) -> None:
        self._put("question", QuestionOverlay(question))

    def show_toast(self, text: str) -> None:
        self._put("toast", ToastOverlay(text))

    def show_prompt(self) -> None:
        """The printer's question, also one that was put away."""
        self._prompt_put_away = None
        self._prompt_changed()

    def clear_overlays(self) -> None:
        for name in list(self._overlays):
            self._take_away(name)

    def top_overlay(self) -> Optional[Overlay]:
        return self._overlays.get(self.overlay)

    def _put_on_top(self, bar: Optional[Widget]) -> None:
        top = self.ids.top
        if top.children != ([] if bar is None else [bar]):
            top.clear_widgets()
            top.height = 0
            if bar is not None:
                top.add_widget(bar)
                top.height = bar.height

    def _title(self, *_: object) -> None:
        page = self.page
        if page is not None:
            self._header.title = page.title
            self._header.action_text = page.header_text
            self._header.action_icon = page.header_icon

    def _choose_tab(self, _tabs: TabBar, tab: str) -> None:
        entry = next(entry for entry in TABS if entry.id == tab)
        if entry.page is not None:
            self.navigation.open_tab(entry.page)

    def _header_action(self) -> None:
        if self.page is not None:
            self.page.on_header_action()

    def _message_changed(self, *_: object) -> None:
        message = self._printer.message
        if message is None:
            self._take_away("message")
        elif isinstance(shown := self._overlays.get("message"), MessageOverlay):
            shown.tell(message)
        else:
            self._put("message", MessageOverlay(message))

    def _question_changed(self, *_: object) -> None:
        question = self._overlays.get("question")
        if isinstance(question, QuestionOverlay) and not question.holds():
            self._take_away("question")

    def _prompt_changed(self, *_: object) -> None:
        status = self._printer.status
        # Without a key it could not be answered, and would only lie over what leads to one.
        prompt = status.prompt if status is not None and self._printer.link is Link.READY else None
        if prompt is None:
            self._take_away("prompt")
            self._prompt_put_away = None
            return
        shown = self._overlays.get("prompt")
        if prompt == self._prompt_put_away or (isinstance(shown, PromptOverlay) and shown.prompt == prompt):
            return
        overlay = PromptOverlay(prompt, self._printer)
        overlay.bind(on_put_away=lambda *_: setattr(self, "_prompt_put_away", prompt))
        self._put("prompt", overlay)

    def _put(self, name: str, overlay: Overlay) -> None:
        self._take_away(name)
        overlay.bind(on_put_away=self._put_away(name))
        self._overlays[name] = overlay
        # What only tells slides in under what asks: it must not move between a finger and an answer.
        self.ids.over.add_widget(overlay, 0 if overlay.modal else len(self._asking()))
        self._name_top()

    def _put_away(self, name: str) -> Callable[..., None]:
        return lambda *_: self._take_away(name)

    def _take_away(self, name: str) -> None:
        overlay = self._overlays.pop(name, None)
        if overlay is not None:
            overlay.leave()
            self.ids.over.remove_widget(overlay)
            self._name_top()

    def _name_top(self) -> None:
        self.overlay = next(reversed(self._asking() or list(self._overlays)), "")

    def _asking(self) -> list[str]:
        return [name for name, overlay in self._overlays.items() if overlay.modal]


load_beside(__file__)
