"""Asking OctoPrint's user to allow this screen. They press one button there; nothing is typed anywhere."""

from __future__ import annotations

import time
from typing import Optional
from urllib.parse import urlsplit

from octoland_tft.failure import Failure
from octoland_tft.kivy_api import Clock, ClockEvent, NumericProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.printer import AccessPhase, Link
from octoland_tft.widgets import button, icon, paragraph, qr  # noqa: F401 - the kv builds on them
from octoland_tft.words import failure_words


class KeyPage(Page):
    reason = StringProperty("")
    text = StringProperty("")
    url = StringProperty("")
    address = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    ask_label = StringProperty("")
    leave_label = StringProperty("")

    code_px = NumericProperty(0)

    _tick: Optional[ClockEvent] = None

    def on_enter(self) -> None:
        self.printer.bind(access=self._changed, link=self._changed)
        self._tick = Clock.schedule_interval(self._time_passes, 1)

    def on_leave(self) -> None:
        self.printer.unbind(access=self._changed, link=self._changed)
        if self._tick is not None:
            self._tick.cancel()

    def render(self) -> None:
        self.title = _("Allow this screen")
        self._changed()

    def ask_again(self) -> None:
        self.printer.ask_for_key()

    def not_now(self) -> None:
        self.navigation.back()

    def _changed(self, *_args: object) -> None:
        access = self.printer.access
        allowed = self.printer.link is Link.READY
        waiting = access.phase is AccessPhase.WAITING
        self.ask_label = _("Ask for a new key") if allowed else _("Ask again")
        self.leave_label = _("Back") if allowed and not waiting else _("Not now")
        self.url = access.url or "" if waiting else ""
        self.address = _address(self.url)
        trouble = self.printer.trouble
        self.reason = _reason(trouble) if trouble is not None and not allowed else ""
        if waiting:
            self.text = _(
                "Open OctoPrint on your phone or computer and press Allow. Nothing has to be typed here."
            )
            self.icon = "" if self.url else "vpn_key"
        else:
            self.icon, self.text = self._without_request(access.phase, allowed)
        self._time_passes()

    def _without_request(self, phase: AccessPhase, allowed: bool) -> tuple[str, str]:
        if phase is AccessPhase.DENIED:
            return "lock_outline", _(
                "The request was denied in OctoPrint. Ask again when you want to allow this screen."
            )
        if phase is AccessPhase.EXPIRED:
            return "schedule", _("Nobody answered in OctoPrint in time. Ask again, and press Allow there.")
        if phase is AccessPhase.LOST:
            failure = self.printer.access.failure
            return "cloud_off", failure_words(failure) if failure is not None else ""
        if allowed:
            return "check", _("OctoPrint has allowed this screen.")
        return "vpn_key", _("Asking OctoPrint…")

    def _time_passes(self, *_args: object) -> None:
        access = self.printer.access
        if access.phase is AccessPhase.WAITING:
            left_s = max(0, int(access.until - time.monotonic()))
            self.note = _("waiting, {minutes}:{seconds} left").format(
                minutes=left_s // 60, seconds=f"{left_s % 60:02}"
            )
        else:
            self.note = ""


def _address(url: str) -> str:
    """What one would type: the code holds the rest of the way."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else url


def _reason(trouble: Failure) -> str:
    """Why a key that there was is not enough."""
    if trouble.kind == "KeyRefused":
        return _("OctoPrint has taken this screen's key back.")
    return failure_words(trouble)


load_beside(__file__)
