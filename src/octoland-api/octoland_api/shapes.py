"""The shapes that travel between the printer's service and its clients.

On the wire each is a plain object (a dict) of the fields below; `to_wire` and `from_wire` go between the two.
Times of day are seconds since 1970 (UTC), durations seconds, temperatures degrees Celsius, sizes bytes.
`None` means "not known" or "not there", never failure.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal, Optional, TypeVar, Union

import msgspec

Shape = TypeVar("Shape", bound="Record")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every shape: immutable, fields by name; unknown fields from a newer peer are ignored."""


class State(str, Enum):
    """What the printer is doing, in the words of this service."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    READY = "ready"
    STARTING = "starting"
    PRINTING = "printing"
    PAUSING = "pausing"
    PAUSED = "paused"
    RESUMING = "resuming"
    CANCELLING = "cancelling"
    FINISHING = "finishing"
    ERROR = "error"


class Temperature(Record, frozen=True):
    """One heater: `heater` is tool0, tool1, …, bed or chamber."""

    heater: str
    actual_celsius: Optional[float] = None
    target_celsius: Optional[float] = None


class SelectedFile(Record, frozen=True):
    """The file that is selected: its path within its storage (OctoPrint's own, or the printer's card)."""

    path: str
    name: str
    origin: Literal["local", "sdcard"] = "local"
    size_bytes: Optional[int] = None
    estimate_s: Optional[float] = None


class Progress(Record, frozen=True):
    """How far the selected file's print is. `completion` runs from 0 to 100."""

    completion: Optional[float] = None
    elapsed_s: Optional[float] = None
    left_s: Optional[float] = None
    layer: Optional[int] = None
    layers: Optional[int] = None


class Load(Record, frozen=True):
    """The machine itself."""

    cpu_celsius: Optional[float] = None
    ram_percent: Optional[float] = None
    disk_percent: Optional[float] = None
    disk_used_bytes: Optional[int] = None
    disk_total_bytes: Optional[int] = None


class Prompt(Record, frozen=True):
    """A question that the printer asks (`//action:prompt_…`); `choices` are answered by their index."""

    text: str
    choices: tuple[str, ...] = ()


class Status(Record, frozen=True):
    """All that a home page shows.

    `state_text` is OctoPrint's own word for the state; `error` is why it is in error or went offline.
    """

    state: State
    state_text: str
    error: Optional[str] = None
    file: Optional[SelectedFile] = None
    progress: Progress = Progress()
    temperatures: tuple[Temperature, ...] = ()
    load: Load = Load()
    prompt: Optional[Prompt] = None
    time_s: float = 0.0


class Preset(Record, frozen=True):
    """A temperature profile from OctoPrint's settings; a heater left out is left alone."""

    name: str
    tool_celsius: Optional[float] = None
    bed_celsius: Optional[float] = None
    chamber_celsius: Optional[float] = None


class Temperatures(Record, frozen=True):
    """The heaters, OctoPrint's presets, and the recent past (oldest first) for a graph."""

    heaters: tuple[Temperature, ...]
    presets: tuple[Preset, ...] = ()
    history: tuple[TemperatureSample, ...] = ()


class TemperatureSample(Record, frozen=True):
    """All heaters at one time."""

    time_s: float
    heaters: tuple[Temperature, ...]


class Folder(Record, frozen=True, tag="folder", tag_field="type"):
    """A folder: `files` counts what lies in it at any depth."""

    path: str
    name: str
    files: int = 0
    size_bytes: Optional[int] = None


class File(Record, frozen=True, tag="file", tag_field="type"):
    """A printable file. `printed`: whether its last print succeeded, `None` when there was none."""

    path: str
    name: str
    size_bytes: Optional[int] = None
    date_s: Optional[float] = None
    estimate_s: Optional[float] = None
    filament_mm: Optional[float] = None
    filament_g: Optional[float] = None
    layer_height_mm: Optional[float] = None
    printed: Optional[bool] = None


class Files(Record, frozen=True):
    """What lies in one folder of OctoPrint's local storage, and the storage itself."""

    path: str
    entries: tuple[Union[Folder, File], ...]
    used_bytes: Optional[int] = None
    total_bytes: Optional[int] = None


class Connection(Record, frozen=True):
    """How the printer is, or would be, connected."""

    state: State
    port: Optional[str] = None
    baudrate: Optional[int] = None
    ports: tuple[str, ...] = ()
    baudrates: tuple[int, ...] = ()


class KeyRequest(Record, frozen=True):
    """A key was asked for. `token` is the asker's secret for `key.outcome`; it is good for `expires_s`."""

    token: str
    url: Optional[str] = None
    expires_s: float = 0.0


class KeyOutcome(Record, frozen=True):
    """What became of a request for a key. `key` is there when it was granted, and is told once."""

    state: Literal["waiting", "granted", "denied", "expired"]
    key: Optional[str] = None
    left_s: float = 0.0


class StatusChanged(Record, frozen=True, tag="status", tag_field="type"):
    """The status is now this: sent on a change of state at once, for figures at most once a second."""

    status: Status


class Message(Record, frozen=True, tag="message", tag_field="type"):
    """An M117 line went to the printer; an empty text takes the last message away."""

    text: str
    time_s: float


class FilesChanged(Record, frozen=True, tag="files", tag_field="type"):
    """Something was added to, removed from or analysed in the local storage."""


Event = Union[StatusChanged, Message, FilesChanged]


class Events(Record, frozen=True):
    """What happened after `after`: ask again with `next`.

    The first question (`after` is "") is answered at once, with the status as it is. Of several statuses only
    the newest is kept. `lost`: events were dropped, or OctoPrint restarted, since `after`: fetch files and
    the like again; the status as it is comes with the answer.
    """

    next: str
    events: tuple[Event, ...] = ()
    lost: bool = False


class About(Record, frozen=True):
    """Versions of what runs, and the addresses at which OctoPrint is reached."""

    octoprint: str
    plugin: str
    python: str
    hostname: str
    addresses: tuple[str, ...] = ()
    printer: Optional[str] = None


def to_wire(record: Record) -> dict[str, Any]:
    """The plain object of a shape."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


def from_wire(shape: type[Shape], plain: object) -> Shape:
    """A shape of what came over the wire; raises `msgspec.ValidationError` with what does not fit."""
    return msgspec.convert(plain, shape)
