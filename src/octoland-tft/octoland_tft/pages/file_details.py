"""One file: what is known of it, to select it or print it."""

from __future__ import annotations

import time
from typing import Callable, Optional

from octoland_api.shapes import File

from octoland_tft import figures, job
from octoland_tft.figures import duration
from octoland_tft.kivy_api import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.navigation import Question
from octoland_tft.page import Page
from octoland_tft.widgets import button, fact, icon, text  # noqa: F401 - the kv builds on them


class FileDetailsPage(Page):
    """`file` is set by whoever opens the page."""

    file: Optional[File] = ObjectProperty(None, allownone=True)
    name = StringProperty("")
    verdict = StringProperty("")
    busy = BooleanProperty(False)
    facts: list[tuple[str, str]] = ListProperty()

    def on_enter(self) -> None:
        self.printer.bind(status=self._state_changed, link=self._state_changed)
        self._state_changed()

    def on_leave(self) -> None:
        self.printer.unbind(status=self._state_changed, link=self._state_changed)

    def render(self) -> None:
        self.title = _("File")
        file = self.file
        if file is None:
            return
        self.name = file.name
        known = (
            (_("Printing time"), None if file.estimate_s is None else duration(file.estimate_s)),
            (_("Filament"), figures.filament(file.filament_mm, file.filament_g)),
            (
                _("Layer height"),
                None if file.layer_height_mm is None else figures.millimetres(file.layer_height_mm),
            ),
            (_("Size"), None if file.size_bytes is None else figures.size(file.size_bytes)),
            (_("Uploaded"), None if file.date_s is None else figures.moment(file.date_s, time.time())),
            (_("Last print"), self._last_print(file)),
        )
        self.facts = [(name, value) for name, value in known if value]

    def _last_print(self, file: File) -> str:
        if file.printed is None:
            return _("none yet")
        return _("succeeded") if file.printed else _("failed")

    def _state_changed(self, *_args: object) -> None:
        self.busy = not job.is_idle(self.printer)
        under_way = job.under_way(self.printer)
        self.verdict = _("A print is under way. Another can be chosen after it.") if under_way else ""

    def select(self) -> None:
        self._select_then(self.navigation.home)

    def ask_to_print(self) -> None:
        estimate_s = self.file.estimate_s if self.file else None
        takes = "" if estimate_s is None else _("It takes {duration}.").format(duration=duration(estimate_s))
        clean = _("Is the bed empty and clean?")
        self.navigation.ask(
            Question(
                title=_("Start this print?"),
                text=f"{self.name}\n{takes} {clean}",
                keep_label=_("Not now"),
                do_label=_("Start print"),
                do_icon="play_arrow",
                do_style="go",
                action=lambda: self._select_then(self._start),
                holds=lambda: job.is_idle(self.printer),
            )
        )

    def _select_then(self, then: Callable[[], None]) -> None:
        if self.file is not None:
            self.printer.command("files.select", then=lambda _reply: then(), path=self.file.path)

    def _start(self) -> None:
        self.printer.command("job.start", then=lambda _reply: self.navigation.home())


load_beside(__file__)
