"""Words for what the service reports: states, heaters, and each kind of failure.

What a failure's words say: what is, and what to do. The service's own text is for the log.
"""

from __future__ import annotations

from octoland_api.shapes import State

from octoland_tft.failure import Failure
from octoland_tft.language import N_
from octoland_tft.language import gettext as _

STATES = {
    State.OFFLINE: N_("Offline"),
    State.CONNECTING: N_("Connecting"),
    State.READY: N_("Ready"),
    State.STARTING: N_("Starting"),
    State.PRINTING: N_("Printing"),
    State.PAUSING: N_("Pausing"),
    State.PAUSED: N_("Paused"),
    State.RESUMING: N_("Resuming"),
    State.CANCELLING: N_("Cancelling"),
    State.FINISHING: N_("Finishing"),
    State.ERROR: N_("Error"),
}

# The chip's colours: `theme.CHIPS`.
STATE_KINDS = {
    State.OFFLINE: "stop",
    State.CONNECTING: "calm",
    State.READY: "calm",
    State.STARTING: "go",
    State.PRINTING: "go",
    State.PAUSING: "ask",
    State.PAUSED: "ask",
    State.RESUMING: "go",
    State.CANCELLING: "stop",
    State.FINISHING: "go",
    State.ERROR: "stop",
}

FAILURES = {
    # octoland_api.errors
    "InvalidArguments": N_(
        "The printer's service did not understand this. Screen and plugin may differ: update both."
    ),
    "KeyNeeded": N_("This screen has no key yet. Ask for one under Utilities, Key."),
    "KeyRefused": N_("OctoPrint no longer takes this screen's key. Ask for a new one under Utilities, Key."),
    "NotPermitted": N_("The user who allowed this screen may not do this. Ask for a key with another user."),
    "RequestUnknown": N_("This request for a key is no longer open. Ask again."),
    "NotConnected": N_("The printer is not connected. Check its power and cable, then connect it."),
    "AlreadyConnected": N_("The printer is connected already."),
    "NotReady": N_("The printer is busy with something else. Try again when it is ready."),
    "Printing": N_("A print is running, and this would disturb it. Wait for its end or pause it."),
    "NotPrinting": N_("No print is running."),
    "NotPaused": N_("The print is not paused."),
    "NothingSelected": N_("No file is selected. Choose one under Files."),
    "NoPrompt": N_("The printer no longer asks this."),
    "FileMissing": N_("This file is no longer there. Choose another one under Files."),
    "HeaterUnknown": N_("The printer has no such heater. Check the printer profile in OctoPrint."),
    "Failed": N_("OctoPrint could not do this. Its log says why."),
    # ramwire
    "Timeout": N_("OctoPrint did not answer in time, and nothing was done. Try again."),
    "ServerGone": N_("OctoPrint stopped before it answered. Look whether it was done before you try again."),
    "ReplyLost": N_("The answer was lost. Look whether it was done before you try again."),
    "RemoteError": N_("OctoPrint could not do this. Its log says why."),
    "BadMessage": N_("The answer made no sense. Screen and plugin may differ: update both."),
    "Refused": N_("The RAM drive did not take the request. It may be full, or not mounted."),
    "NoSpace": N_("The RAM drive is full. If it stays so, restart the machine once no print is running."),
    "WireError": N_("OctoPrint cannot be reached. It may be starting: wait a moment."),
}

_UNKNOWN = "Failed"
_MAY_HAVE_RUN = N_("OctoPrint did not answer in time. Look whether it was done before you try again.")


def state_words(state: State) -> str:
    return _(STATES[state])


def heater_words(heater: str) -> str:
    """The name of tool0 …, bed or chamber. The first hot end is just "Hot end"."""
    if heater == "bed":
        return _("Bed")
    if heater == "chamber":
        return _("Chamber")
    number = int(heater[4:] or 0) + 1 if heater.startswith("tool") else 1
    return _("Hot end") if number == 1 else _("Hot end {number}").format(number=number)


def failure_words(failure: Failure) -> str:
    """What is, and what to do."""
    if failure.kind == "Timeout" and failure.may_have_run:
        return _(_MAY_HAVE_RUN)
    return _(FAILURES.get(failure.kind, FAILURES[_UNKNOWN]))
