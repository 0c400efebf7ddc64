"""What to do when something is wrong: for each trouble its name and the steps out of it."""

from __future__ import annotations

from dataclasses import dataclass

from octoland_api.shapes import State, Status

from octoland_tft.language import N_
from octoland_tft.printer import Link


@dataclass(frozen=True)
class Advice:
    """English words, translated where they show."""

    title: str
    steps: tuple[str, ...]


ADVICE = {
    "service": Advice(
        N_("OctoPrint is not answering"),
        (
            N_("Wait a minute: it may be starting. The screen comes back by itself."),
            N_(
                "Open OctoPrint in a browser. If it shows there, look whether its plugin OctoLand is enabled."
            ),
            N_("Nothing in the browser either? Restart the machine, but not while the printer prints."),
        ),
    ),
    "key": Advice(
        N_("This screen is not allowed yet"),
        (
            N_("Open OctoPrint in a browser and sign in. It asks about a key for this screen: press Allow."),
            N_("No question there? Touch Utilities, Key, and ask again."),
            N_("Allow it as a user who may print. The screen may do what that user may."),
        ),
    ),
    "printer": Advice(
        N_("The printer is not connected"),
        (
            N_("Switch the printer on, and give it a few seconds."),
            N_("Check the USB cable at both ends. Some cables carry power only: try another."),
            N_("Touch Utilities, Connection, and connect. If it fails, choose the port yourself."),
        ),
    ),
    "error": Advice(
        N_("The printer reports an error"),
        (
            N_("Look at the printer. If anything is stuck or smells, switch it off at its switch."),
            N_("Read what the printer's own display says: a sensor or a heater is the usual cause."),
            N_("When the cause is gone, touch Utilities, Connection, and connect again."),
        ),
    ),
    "none": Advice(
        N_("All is well"),
        (
            N_("Choose a file under Files and touch Print. The screen asks before it begins."),
            N_("A print goes on even when this screen is switched off or restarted."),
            N_("Everything else is in OctoPrint: its address is under Utilities, About."),
        ),
    ),
}


def trouble_now(link: Link, status: Status | None) -> str:
    """Which of `ADVICE` fits."""
    if link is Link.KEY_NEEDED:
        return "key"
    if link is not Link.READY or status is None:
        return "service"
    if status.state is State.ERROR:
        return "error"
    if status.state in (State.OFFLINE, State.CONNECTING):
        return "printer"
    return "none"
