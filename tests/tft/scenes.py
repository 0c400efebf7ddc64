"""What the screen shows in the gallery: each page and overlay, in each state that looks different."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

from octoland_api import shapes
from octoland_api.shapes import State
from octoland_tft import job
from octoland_tft.failure import Failure
from octoland_tft.printer import Access, AccessPhase, Link
from octoland_tft.screen import Screen
from octoland_tft.words import failure_words

from tests.tft.stand_in import idle, offline, paused, printing

# Texts that are the user's or the printer's own: they may be longer than their box.
FOREIGN = ("calibration_box_0.2mm_PLA.gcode", "Zahnrad", "/dev/tty", "http", "ValueError", "calibration")

Setting = Callable[[Screen], None]

PROMPT = shapes.Prompt(
    text="Filament has run out. Load new filament, then go on.", choices=("Purge more", "Continue", "Cancel")
)


@dataclass(frozen=True)
class Scene:
    """`set` brings the screen there from the printer's page."""

    name: str
    page: str
    set: Setting
    overlay: str = ""


def status_of(status: shapes.Status) -> Setting:
    def set_status(screen: Screen) -> None:
        screen.printer.status = status
        screen.printer.set_link(Link.READY)
        screen.shell.navigation.home()

    return set_status


def opened(page: str, status: shapes.Status, **attributes: object) -> Setting:
    def set_page(screen: Screen) -> None:
        status_of(status)(screen)
        screen.shell.navigation.open(page, **attributes)

    return set_page


def asked(question: Callable[..., None], status: shapes.Status) -> Setting:
    def ask(screen: Screen) -> None:
        status_of(status)(screen)
        question(screen.printer, screen.shell.navigation)

    return ask


def access(phase: AccessPhase, trouble: str = "") -> Setting:
    def set_access(screen: Screen) -> None:
        status_of(idle())(screen)
        screen.printer.access = Access(AccessPhase.WAITING)
        screen.printer.set_link(Link.KEY_NEEDED, Failure(trouble, "") if trouble else None)
        failure = Failure("Timeout", "") if phase is AccessPhase.LOST else None
        screen.printer.access = Access(
            phase, f"http://octoland.local/plugin/appkeys/auth/{32 * 'x'}", time.monotonic() + 281.5, failure
        )
        screen.shell.navigation.home()

    return set_access


def no_service(kind: str) -> Setting:
    def set_link(screen: Screen) -> None:
        screen.printer.set_link(Link.NO_SERVICE, Failure(kind, ""))
        screen.shell.navigation.home()

    return set_link


def message(text: str) -> Setting:
    def tell(screen: Screen) -> None:
        status_of(printing())(screen)
        screen.printer.message = shapes.Message(text=text, time_s=time.time())

    return tell


def toast(kind: str) -> Setting:
    def tell(screen: Screen) -> None:
        status_of(printing())(screen)
        screen.shell.navigation.toast(failure_words(Failure(kind, "")))

    return tell


def no_status(screen: Screen) -> None:
    access(AccessPhase.DENIED)(screen)
    screen.printer.status = None
    screen.shell.navigation.back()


def allowed(screen: Screen) -> None:
    screen.printer.access = Access(AccessPhase.GRANTED)
    opened("key", idle())(screen)


SELECTED = idle(file=shapes.SelectedFile(path="box.gcode", name="calibration_box_0.2mm_PLA.gcode"))

SCENES = (
    Scene("home-idle", "home", status_of(idle())),
    Scene("home-selected", "home", status_of(SELECTED)),
    Scene("home-printing", "home", status_of(printing())),
    Scene("home-paused", "home", status_of(paused())),
    Scene("home-cancelling", "home", status_of(printing(state=State.CANCELLING))),
    Scene("home-prompt", "home", status_of(printing(prompt=PROMPT)), "prompt"),
    Scene("question-start", "home", asked(job.ask_to_start, SELECTED), "question"),
    Scene("question-pause", "home", asked(job.ask_to_pause, printing()), "question"),
    Scene("question-resume", "home", asked(job.ask_to_resume, paused()), "question"),
    Scene("question-cancel", "home", asked(job.ask_to_cancel, printing()), "question"),
    Scene("message", "home", message("Layer 31: colour change soon"), "message"),
    Scene("toast-timeout", "home", toast("Timeout"), "toast"),
    Scene("toast-not-permitted", "home", toast("NotPermitted"), "toast"),
    Scene("not-connected-service", "not_connected", no_service("Timeout")),
    Scene("not-connected-refused", "not_connected", no_service("Refused")),
    Scene("not-connected-printer", "not_connected", status_of(offline())),
    Scene(
        "not-connected-error",
        "not_connected",
        status_of(offline(state=State.ERROR, error="MAXTEMP triggered")),
    ),
    Scene("not-connected-connecting", "not_connected", status_of(offline(state=State.CONNECTING))),
    Scene("not-connected-no-key", "not_connected", no_status),
    Scene("key-waiting", "key", access(AccessPhase.WAITING)),
    Scene("key-revoked", "key", access(AccessPhase.WAITING, "KeyRefused")),
    Scene("key-denied", "key", access(AccessPhase.DENIED)),
    Scene("key-expired", "key", access(AccessPhase.EXPIRED)),
    Scene("key-lost", "key", access(AccessPhase.LOST)),
    Scene("key-allowed", "key", allowed),
)
