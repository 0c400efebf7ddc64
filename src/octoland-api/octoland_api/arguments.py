"""The arguments of each verb. All but `key.*` take `key` too, the API key, which is checked apart."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import msgspec
from msgspec import Meta

Path = Annotated[str, Meta(min_length=1, max_length=1024)]
Heater = Annotated[
    str,
    Meta(
        pattern=r"^(tool([0-9]{1,2})?|bed|chamber)$",
        description="tool0, tool1, …, tool (the active one), bed, chamber",
    ),
]
Celsius = Annotated[float, Meta(ge=0, le=500)]
Millimetres = Annotated[float, Meta(ge=-1000, le=1000)]
Wait = Annotated[float, Meta(ge=0, le=60)]
# One line: a newline would be a second command.
GcodeLine = Annotated[str, Meta(min_length=1, max_length=256, pattern=r"^[^\r\n\x00]+\Z")]


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all: an argument that the verb does not know is an error."""


class Nothing(Arguments, frozen=True):
    pass


class ListFiles(Arguments, frozen=True):
    """`path`: the folder, "" for the top."""

    path: Annotated[str, Meta(max_length=1024)] = ""


class OneFile(Arguments, frozen=True):
    path: Path


class SetTemperature(Arguments, frozen=True):
    """0 switches the heater off. How hot is too hot is in the plugin's settings."""

    heater: Heater
    celsius: Celsius


class Jog(Arguments, frozen=True):
    """Relative distances; `speed_mm_min` defaults to the printer profile's."""

    x_mm: Millimetres = 0.0
    y_mm: Millimetres = 0.0
    z_mm: Millimetres = 0.0
    speed_mm_min: Optional[Annotated[float, Meta(gt=0, le=60000)]] = None


class Home(Arguments, frozen=True):
    axes: Annotated[tuple[Literal["x", "y", "z"], ...], Meta(min_length=1, max_length=3)] = ("x", "y", "z")


class Extrude(Arguments, frozen=True):
    """A negative length retracts."""

    length_mm: Annotated[float, Meta(ge=-500, le=500)]
    tool: Optional[Annotated[int, Meta(ge=0, le=15)]] = None
    speed_mm_min: Optional[Annotated[float, Meta(gt=0, le=60000)]] = None


class Connect(Arguments, frozen=True):
    """What is left out is as OctoPrint prefers; port "AUTO" and baud rate 0 let it find out."""

    port: Optional[Annotated[str, Meta(max_length=256)]] = None
    baudrate: Optional[Annotated[int, Meta(ge=0)]] = None


class SendGcode(Arguments, frozen=True):
    commands: Annotated[tuple[GcodeLine, ...], Meta(min_length=1, max_length=64)]


class AnswerPrompt(Arguments, frozen=True):
    choice: Annotated[int, Meta(ge=0, le=31)]


class RequestKey(Arguments, frozen=True):
    """`app` is the name that the approver reads in OctoPrint; asking again replaces the first request.

    `user`: the one whose key it shall be; without it, whoever approves.
    """

    app: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+\Z")]
    user: Optional[Annotated[str, Meta(max_length=64)]] = None


class AwaitOutcome(Arguments, frozen=True):
    """`wait_s`: answer at the latest after so long, with "waiting"."""

    token: Annotated[str, Meta(min_length=8, max_length=128)]
    wait_s: Wait = 20.0


class AwaitEvents(Arguments, frozen=True):
    """`after`: the last answer's `next`, or "" to begin: that is answered at once, with the status."""

    after: Annotated[str, Meta(max_length=64)] = ""
    wait_s: Wait = 20.0
