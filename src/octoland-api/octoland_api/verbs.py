"""The table of verbs: what the printer's service can be asked.

`noun.verb`, with the bare noun for reading. The permission is the one that the same action needs in
OctoPrint's own interface (`octoprint.access.permissions.Permissions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

from octoland_api import arguments, errors, shapes
from octoland_api.errors import ServiceError


class Key(Enum):
    """Whether a verb needs an API key."""

    NEEDED = "needed"
    # Readable without one while the plugin's setting says so: the drive is private to its user.
    SETTING = "needed if the setting says so"
    NONE = "none"


@dataclass(frozen=True)
class Verb:
    """One row. `reply` is `None` for a verb that answers null; `waits` for one that may answer later.

    `refuses`: the errors of this verb, beside those of its key, permission and arguments, and `Failed`.
    """

    name: str
    summary: str
    permission: Optional[str]
    arguments: type[arguments.Arguments] = arguments.Nothing
    reply: Optional[type[shapes.Record]] = None
    key: Key = Key.NEEDED
    waits: bool = False
    refuses: tuple[type[ServiceError], ...] = ()


_ROWS = (
    Verb(
        "status", "State, file, progress, temperatures, load.", "STATUS", reply=shapes.Status, key=Key.SETTING
    ),
    Verb(
        "events",
        "What happens, as soon as it does.",
        "STATUS",
        arguments.AwaitEvents,
        shapes.Events,
        key=Key.SETTING,
        waits=True,
    ),
    Verb("about", "Versions and addresses.", "STATUS", reply=shapes.About),
    Verb("temperatures", "Heaters, presets and the recent past.", "STATUS", reply=shapes.Temperatures),
    Verb(
        "temperature.set",
        "Set one heater's target.",
        "CONTROL",
        arguments.SetTemperature,
        refuses=(errors.HeaterUnknown, errors.NotConnected),
    ),
    Verb(
        "files",
        "What lies in a folder.",
        "FILES_LIST",
        arguments.ListFiles,
        shapes.Files,
        refuses=(errors.FileMissing,),
    ),
    Verb(
        "files.select",
        "Select a file for printing.",
        "FILES_SELECT",
        arguments.OneFile,
        refuses=(errors.FileMissing, errors.NotConnected, errors.Printing, errors.NotReady),
    ),
    Verb(
        "job.start",
        "Print the selected file.",
        "PRINT",
        refuses=(
            errors.NotConnected,
            errors.Printing,
            errors.NotReady,
            errors.NothingSelected,
            errors.FileMissing,
        ),
    ),
    Verb("job.pause", "Pause the running print.", "PRINT", refuses=(errors.NotConnected, errors.NotPrinting)),
    Verb(
        "job.resume", "Go on with the paused print.", "PRINT", refuses=(errors.NotConnected, errors.NotPaused)
    ),
    Verb("job.cancel", "Give the print up.", "PRINT", refuses=(errors.NotConnected, errors.NotPrinting)),
    Verb(
        "motion.jog",
        "Move the head.",
        "CONTROL",
        arguments.Jog,
        refuses=(errors.NotConnected, errors.Printing),
    ),
    Verb(
        "motion.home",
        "Home the named axes.",
        "CONTROL",
        arguments.Home,
        refuses=(errors.NotConnected, errors.Printing),
    ),
    Verb(
        "motion.extrude",
        "Extrude or retract filament.",
        "CONTROL",
        arguments.Extrude,
        refuses=(errors.NotConnected, errors.Printing),
    ),
    Verb(
        "motion.off",
        "Switch the motors off.",
        "CONTROL",
        refuses=(errors.NotConnected, errors.Printing, errors.NotReady),
    ),
    Verb(
        "connection",
        "How the printer is connected, and the ports there are.",
        "STATUS",
        reply=shapes.Connection,
    ),
    Verb(
        "connection.connect",
        "Connect the printer.",
        "CONNECTION",
        arguments.Connect,
        refuses=(errors.AlreadyConnected,),
    ),
    Verb("connection.disconnect", "Disconnect the printer.", "CONNECTION", refuses=(errors.NotConnected,)),
    Verb(
        "prompt.answer",
        "Answer the printer's question.",
        "PLUGIN_ACTION_COMMAND_PROMPT_INTERACT",
        arguments.AnswerPrompt,
        refuses=(errors.NotConnected, errors.NoPrompt),
    ),
    Verb(
        "gcode.send",
        "Send lines of G-code, also while printing.",
        "CONTROL",
        arguments.SendGcode,
        refuses=(errors.NotConnected,),
    ),
    Verb(
        "key.request",
        "Ask OctoPrint's user for an API key.",
        None,
        arguments.RequestKey,
        shapes.KeyRequest,
        key=Key.NONE,
    ),
    Verb(
        "key.outcome",
        "What became of the request: answers when it is decided.",
        None,
        arguments.AwaitOutcome,
        shapes.KeyOutcome,
        key=Key.NONE,
        waits=True,
        refuses=(errors.RequestUnknown,),
    ),
)

VERBS: dict[str, Verb] = {row.name: row for row in _ROWS}
