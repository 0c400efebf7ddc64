"""The table of verbs: what the printer's service can be asked.

`noun.verb`, with the bare noun for reading. The permission is the one that the same action needs in
OctoPrint's own interface (`octoprint.access.permissions.Permissions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

from octoland_api import arguments, shapes


class Key(Enum):
    """Whether a verb needs an API key."""

    NEEDED = "needed"
    # Readable without one while the plugin's setting says so: the drive is private to its user.
    SETTING = "needed if the setting says so"
    NONE = "none"


@dataclass(frozen=True)
class Verb:
    """One row. `reply` is `None` for a verb that answers null; `waits` for one that may answer later."""

    name: str
    summary: str
    permission: Optional[str]
    arguments: type[arguments.Arguments] = arguments.Nothing
    reply: Optional[type[shapes.Record]] = None
    key: Key = Key.NEEDED
    waits: bool = False


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
        waits=True,
    ),
    Verb("about", "Versions and addresses.", "STATUS", reply=shapes.About),
    Verb("temperatures", "Heaters, presets and the recent past.", "STATUS", reply=shapes.Temperatures),
    Verb("temperature.set", "Set one heater's target.", "CONTROL", arguments.SetTemperature),
    Verb("files", "What lies in a folder.", "FILES_LIST", arguments.ListFiles, shapes.Files),
    Verb("files.select", "Select a file for printing.", "FILES_SELECT", arguments.OneFile),
    Verb("job.start", "Print the selected file.", "PRINT"),
    Verb("job.pause", "Pause the running print.", "PRINT"),
    Verb("job.resume", "Go on with the paused print.", "PRINT"),
    Verb("job.cancel", "Give the print up.", "PRINT"),
    Verb("motion.jog", "Move the head.", "CONTROL", arguments.Jog),
    Verb("motion.home", "Home the named axes.", "CONTROL", arguments.Home),
    Verb("motion.extrude", "Extrude or retract filament.", "CONTROL", arguments.Extrude),
    Verb("motion.off", "Switch the motors off.", "CONTROL"),
    Verb(
        "connection",
        "How the printer is connected, and the ports there are.",
        "STATUS",
        reply=shapes.Connection,
    ),
    Verb("connection.connect", "Connect the printer.", "CONNECTION", arguments.Connect),
    Verb("connection.disconnect", "Disconnect the printer.", "CONNECTION"),
    Verb(
        "prompt.answer",
        "Answer the printer's question.",
        "PLUGIN_ACTION_COMMAND_PROMPT_INTERACT",
        arguments.AnswerPrompt,
    ),
    Verb("gcode.send", "Send lines of G-code.", "CONTROL", arguments.SendGcode),
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
    ),
)

VERBS: dict[str, Verb] = {row.name: row for row in _ROWS}
