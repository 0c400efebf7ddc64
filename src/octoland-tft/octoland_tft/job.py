"""The print: what can be done with it now, and the questions before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from octoland_api.shapes import State

from octoland_tft import figures
from octoland_tft.language import gettext as _
from octoland_tft.navigation import Question
from octoland_tft.printer import Link

if TYPE_CHECKING:
    from octoland_tft.navigation import Navigation
    from octoland_tft.printer import Printer

RUNNING = (State.STARTING, State.PRINTING, State.PAUSING, State.RESUMING, State.FINISHING)
UNDER_WAY = (*RUNNING, State.PAUSED, State.CANCELLING)


def _state(printer: Printer) -> State:
    return printer.status.state if printer.status is not None else State.OFFLINE


def allowed(printer: Printer) -> bool:
    """The screen has a key, and the service is there."""
    return printer.link is Link.READY


def lacks_key(printer: Printer) -> bool:
    return printer.link is Link.KEY_NEEDED


def under_way(printer: Printer) -> bool:
    """A print has begun and has not ended."""
    return _state(printer) in UNDER_WAY


def goes_on(printer: Printer) -> bool:
    """A print is under way, and the screen may do something about it."""
    return allowed(printer) and under_way(printer)


def can_start(printer: Printer) -> bool:
    status = printer.status
    return allowed(printer) and status is not None and status.state is State.READY and status.file is not None


def is_idle(printer: Printer) -> bool:
    return allowed(printer) and not under_way(printer)


def is_running(printer: Printer) -> bool:
    return allowed(printer) and _state(printer) in RUNNING


def can_pause(printer: Printer) -> bool:
    return allowed(printer) and _state(printer) is State.PRINTING


def is_paused(printer: Printer) -> bool:
    return allowed(printer) and _state(printer) is State.PAUSED


def can_cancel(printer: Printer) -> bool:
    return goes_on(printer) and _state(printer) not in (State.CANCELLING, State.FINISHING)


def can_connect(printer: Printer) -> bool:
    return _state(printer) is not State.CONNECTING


def has_prompt(printer: Printer) -> bool:
    return allowed(printer) and printer.status is not None and printer.status.prompt is not None


def _file(printer: Printer) -> str:
    status = printer.status
    return status.file.name if status is not None and status.file is not None else ""


def _still(printer: Printer, able: Callable[[Printer], bool]) -> Callable[[], bool]:
    """Whether it can be done, and with the same file as now."""
    asked_about = _path(printer)
    return lambda: able(printer) and _path(printer) == asked_about


def _path(printer: Printer) -> str:
    status = printer.status
    return status.file.path if status is not None and status.file is not None else ""


def ask_to_start(printer: Printer, navigation: Navigation) -> None:
    navigation.ask(
        Question(
            title=_("Start this print?"),
            text=_("{file}\nIs the bed empty and clean?").format(file=_file(printer)),
            keep_label=_("Not now"),
            do_label=_("Start print"),
            do_icon="play_arrow",
            do_style="go",
            action=lambda: printer.command("job.start"),
            holds=_still(printer, can_start),
        )
    )


def ask_to_pause(printer: Printer, navigation: Navigation) -> None:
    navigation.ask(
        Question(
            title=_("Pause this print?"),
            text=_("The head waits, and the heaters stay hot. A long pause can leave a mark on the print."),
            keep_label=_("Keep printing"),
            do_label=_("Pause print"),
            do_icon="pause",
            do_style="ask",
            action=lambda: printer.command("job.pause"),
            holds=_still(printer, can_pause),
        )
    )


def ask_to_resume(printer: Printer, navigation: Navigation) -> None:
    navigation.ask(
        Question(
            title=_("Go on with this print?"),
            text=_("The head moves at once. Keep your hands away from it."),
            keep_label=_("Stay paused"),
            do_label=_("Resume print"),
            do_icon="play_arrow",
            do_style="go",
            action=lambda: printer.command("job.resume"),
            holds=_still(printer, is_paused),
        )
    )


def ask_to_cancel(printer: Printer, navigation: Navigation) -> None:
    completion = printer.status.progress.completion if printer.status is not None else None
    navigation.ask(
        Question(
            title=_("Cancel this print?"),
            text=_("{file} is {percent} done.\nIt cannot be taken up again.").format(
                file=_file(printer), percent=figures.percent(completion or 0.0)
            ),
            keep_label=_("Stay paused") if is_paused(printer) else _("Keep printing"),
            do_label=_("Cancel print"),
            action=lambda: printer.command("job.cancel"),
            holds=_still(printer, can_cancel),
        )
    )


def show_prompt(_printer: Printer, navigation: Navigation) -> None:
    navigation.show_prompt()
