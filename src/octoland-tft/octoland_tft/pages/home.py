"""The printer at a glance: where the screen starts."""

from __future__ import annotations

import time
from typing import Optional

from octoland_api.shapes import State, Status, Temperature, Temperatures

from octoland_tft import figures, job
from octoland_tft.failure import Failure
from octoland_tft.kivy_api import (
    BooleanProperty,
    Clock,
    ClockEvent,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.menu import HOME_ACTIONS
from octoland_tft.page import Page
from octoland_tft.printer import Link
from octoland_tft.widgets import action_row, bar, chip, text, vignette  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.graph import Graph
from octoland_tft.words import STATE_KINDS, heater_words, state_words

# A full bar: hotter than prints are made.
HOT_END_CELSIUS = 300.0
BED_CELSIUS = 120.0
CPU_CELSIUS = 100.0
# From here on a figure of the machine is painted as a warning.
CPU_WARM_CELSIUS, CPU_HOT_CELSIUS = 70.0, 80.0
FULL_PERCENT, OVERFULL_PERCENT = 80.0, 95.0


class HomePage(Page):
    root_of = "printer"

    busy = BooleanProperty(False)
    has_file = BooleanProperty(False)
    state = StringProperty("")
    state_kind = StringProperty("calm")
    file = StringProperty("")
    clock = StringProperty("")
    date = StringProperty("")
    percent = StringProperty("")
    share = NumericProperty(0.0)
    left = StringProperty("")
    done_about = StringProperty("")
    layer = StringProperty("")
    hint = StringProperty("")
    hot_end = ListProperty(["", "", "", 0.0, -1.0])
    bed = ListProperty(["", "", "", 0.0, -1.0])
    cpu = ListProperty(["", 0.0, "sea"])
    ram = ListProperty(["", 0.0, "sea"])
    disk = ListProperty(["", 0.0, "sea"])

    _tick: Optional[ClockEvent] = None
    _graph: Optional[Graph] = None

    def on_enter(self) -> None:
        self.printer.bind(status=self._status_changed, link=self._status_changed)
        self._time_passes()
        self._read_past()

    def on_leave(self) -> None:
        self.printer.unbind(status=self._status_changed, link=self._status_changed)
        if self._tick is not None:
            self._tick.cancel()

    def on_wide(self, *_args: object) -> None:
        """A larger screen has the temperatures' past beside the bars."""
        bars = self.ids.bars
        if self._graph is not None:
            bars.remove_widget(self._graph)
        self._graph = Graph() if self.wide else None
        if self._graph is not None:
            bars.add_widget(self._graph)
            self._read_past()

    def _read_past(self) -> None:
        """The graph's beginning; from there on it grows with each status."""
        graph = self._graph
        if graph is not None and self.printer.link is Link.READY:
            self.printer.read(
                Temperatures, "temperatures", then=lambda past: graph.show(past.history), failed=_no_past
            )

    def render(self) -> None:
        self._status_changed()
        self._show_time()

    def _time_passes(self, *_args: object) -> None:
        """Once at each full minute."""
        self._show_time()
        self._tick = Clock.schedule_once(self._time_passes, 60.05 - time.time() % 60)

    def _show_time(self) -> None:
        now_s = time.time()
        self.clock, self.date = figures.clock(now_s), figures.date(now_s)
        self._show_done_about()

    def _status_changed(self, *_args: object) -> None:
        status = self.printer.status
        if status is None:
            return
        self.state, self.state_kind = state_words(status.state), STATE_KINDS[status.state]
        self.busy = job.under_way(self.printer)
        self.has_file = status.file is not None
        self.file = status.file.name if status.file else _("No file selected")
        self._show_progress(status)
        self._show_hint(status)
        self.hot_end = _heater(status, "tool0", HOT_END_CELSIUS)
        self.bed = _heater(status, "bed", BED_CELSIUS)
        if self._graph is not None:
            self._graph.add(status.time_s, status.temperatures)
        load = status.load
        self.cpu = [
            figures.degrees_celsius(load.cpu_celsius),
            (load.cpu_celsius or 0) / CPU_CELSIUS,
            _warning(load.cpu_celsius, CPU_WARM_CELSIUS, CPU_HOT_CELSIUS),
        ]
        self.ram, self.disk = _filled(load.ram_percent), _filled(load.disk_percent)
        self.ids.actions.show(HOME_ACTIONS, self.printer, self.navigation)

    def _show_hint(self, status: Status) -> None:
        if self.busy:
            self.hint = ""
        elif status.file is not None:
            self.hint = _("Ready to print.")
        else:
            self.hint = _("Choose a file in Files, or warm up for the next print.")

    def _show_progress(self, status: Status) -> None:
        if not self.busy:
            self.percent = self.layer = self.left = ""
            self.share = 0.0
            return
        progress = status.progress
        self.share = (progress.completion or 0.0) / 100
        self.percent = figures.percent(progress.completion)
        self.layer = (
            ""
            if progress.layer is None
            else _("layer {layer}").format(layer=progress.layer)
            if progress.layers is None
            else _("layer {layer} / {layers}").format(layer=progress.layer, layers=progress.layers)
        )
        if progress.left_s is not None:
            self.left = _("{duration} left").format(duration=figures.duration(progress.left_s))
        else:
            self.left = _("time left not known yet")
        self._show_done_about()

    def _show_done_about(self) -> None:
        status = self.printer.status
        left_s = status.progress.left_s if status else None
        # A paused print is done so much later as it stands: nobody knows when.
        known = left_s is not None and status is not None and status.state is not State.PAUSED
        self.done_about = (
            _("done about {clock}").format(clock=figures.clock(time.time() + (left_s or 0.0)))
            if known
            else ""
        )


def _heater(status: Status, heater: str, full_celsius: float) -> list[object]:
    """Name, temperature, target, share of the bar, place of the tick."""
    at = next((each for each in status.temperatures if each.heater == heater), Temperature(heater=heater))
    target = at.target_celsius or 0.0
    return [
        heater_words(heater),
        figures.degrees(at.actual_celsius),
        f" / {figures.degrees(target)}" if target else "",
        (at.actual_celsius or 0.0) / full_celsius,
        target / full_celsius if target else -1.0,
    ]


def _no_past(_failure: Failure) -> None:
    """The graph begins empty: nothing that the user has to know."""


def _filled(percent: Optional[float]) -> list[object]:
    return [
        figures.percent(percent),
        (percent or 0.0) / 100,
        _warning(percent, FULL_PERCENT, OVERFULL_PERCENT),
    ]


def _warning(value: Optional[float], brass: float, coral: float) -> str:
    if value is None or value < brass:
        return "sea"
    return "brass" if value < coral else "coral"


load_beside(__file__)
