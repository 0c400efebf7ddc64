"""OctoPrint's printer: what is read from it, and the commands given to it.

OctoPrint's own methods say nothing when they do nothing, and send what they are given. Whoever calls a
command here has passed the guards first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional, Protocol

from octoland_api.shapes import Progress, State, Temperature, TemperatureSample

from octoprint_octoland.adapters.reading import number, text, tree, whole

TAGS = frozenset({"source:plugin", "plugin:octoland"})
AUTO_PORT = "AUTO"

_STATES = {
    "NONE": State.OFFLINE,
    "OFFLINE": State.OFFLINE,
    "CLOSED": State.OFFLINE,
    "CLOSED_WITH_ERROR": State.OFFLINE,
    "ERROR": State.ERROR,
    "OPEN_SERIAL": State.CONNECTING,
    "DETECT_SERIAL": State.CONNECTING,
    "CONNECTING": State.CONNECTING,
    "OPERATIONAL": State.READY,
    "STARTING": State.STARTING,
    "PRINTING": State.PRINTING,
    "TRANSFERING_FILE": State.PRINTING,
    "PAUSING": State.PAUSING,
    "PAUSED": State.PAUSED,
    "RESUMING": State.RESUMING,
    "CANCELLING": State.CANCELLING,
    "FINISHING": State.FINISHING,
}


class OctoPrintPrinter(Protocol):
    """What is used of `octoprint.printer.PrinterInterface`."""

    def is_operational(self) -> bool: ...
    def is_closed_or_error(self) -> bool: ...
    def is_error(self) -> bool: ...
    def is_ready(self) -> bool: ...
    def is_printing(self) -> bool: ...
    def is_paused(self) -> bool: ...
    def get_state_id(self) -> str: ...
    def get_current_data(self) -> Mapping[str, object]: ...
    def get_current_temperatures(self) -> Mapping[str, object]: ...
    def get_temperature_history(self) -> Sequence[Mapping[str, object]]: ...
    def get_current_connection(self) -> tuple[str, Optional[str], Optional[int], object]: ...
    def get_connection_options(self) -> Mapping[str, object]: ...
    def connect(self, port: Optional[str], baudrate: Optional[int]) -> None: ...
    def disconnect(self) -> None: ...
    def select_file(self, path: str, sd: bool, *, user: str, tags: set[str]) -> None: ...
    def start_print(self, *, user: str, tags: set[str]) -> None: ...
    def pause_print(self, *, user: str, tags: set[str]) -> None: ...
    def resume_print(self, *, user: str, tags: set[str]) -> None: ...
    def cancel_print(self, *, user: str, tags: set[str]) -> None: ...
    def set_temperature(self, heater: str, value: float, *, tags: set[str]) -> None: ...
    def jog(self, axes: Mapping[str, float], *, speed: Optional[float], tags: set[str]) -> None: ...
    def home(self, axes: Sequence[str], *, tags: set[str]) -> None: ...
    def extrude(self, amount: float, *, speed: Optional[float], tags: set[str]) -> None: ...
    def change_tool(self, tool: str, *, tags: set[str]) -> None: ...
    def commands(self, commands: Sequence[str], *, tags: set[str], force: bool = ...) -> None: ...


@dataclass(frozen=True)
class Job:
    """The selected file and its print, as OctoPrint has them."""

    path: Optional[str] = None
    name: Optional[str] = None
    on_card: bool = False
    size_bytes: Optional[int] = None
    estimate_s: Optional[float] = None
    position_bytes: Optional[int] = None
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class Condition:
    """The state, OctoPrint's word for it, and what went wrong."""

    state: State
    text: str
    error: Optional[str]


class Printer:
    """Every method returns at once; what a command brings about shows in the state."""

    def __init__(self, printer: OctoPrintPrinter) -> None:
        self._printer = printer
        self._one_connection = threading.Lock()

    # --- what it does ---

    @property
    def state(self) -> State:
        return _STATES.get(self._printer.get_state_id(), State.OFFLINE)

    @property
    def is_operational(self) -> bool:
        return bool(self._printer.is_operational())

    @property
    def is_closed(self) -> bool:
        """Not connected, and not on the way to be; an error closes it too."""
        return bool(self._printer.is_closed_or_error())

    @property
    def is_ready(self) -> bool:
        """Connected and idle: no print, no pause, no transfer to the card."""
        return bool(self._printer.is_ready())

    @property
    def is_printing(self) -> bool:
        """Also while starting, pausing, resuming, cancelling and finishing."""
        return bool(self._printer.is_printing())

    @property
    def is_paused(self) -> bool:
        return bool(self._printer.is_paused())

    def condition(self) -> Condition:
        shown = tree(self._printer.get_current_data().get("state"))
        return Condition(self.state, text(shown.get("text")) or "", text(shown.get("error")))

    def job(self) -> Job:
        data = self._printer.get_current_data()
        job = tree(data.get("job"))
        file = tree(job.get("file"))
        progress = tree(data.get("progress"))
        return Job(
            path=text(file.get("path")),
            name=text(file.get("display")) or text(file.get("name")),
            on_card=file.get("origin") == "sdcard",
            size_bytes=whole(file.get("size")),
            estimate_s=number(job.get("averagePrintTime")) or number(job.get("estimatedPrintTime")),
            position_bytes=whole(progress.get("filepos")),
            progress=Progress(
                completion=number(progress.get("completion")),
                elapsed_s=number(progress.get("printTime")),
                left_s=number(progress.get("printTimeLeft")),
            ),
        )

    def temperatures(self) -> tuple[Temperature, ...]:
        return _heaters(self._printer.get_current_temperatures())

    def temperature_history(self, most: int) -> tuple[TemperatureSample, ...]:
        """The recent past, oldest first, thinned to `most` samples."""
        history = list(self._printer.get_temperature_history())
        step = max(1, -(-len(history) // most))
        # Counted from the newest, which always stays.
        kept = history[::-1][::step][::-1]
        return tuple(
            TemperatureSample(time_s=number(sample.get("time")) or 0.0, heaters=_heaters(sample))
            for sample in kept
        )

    def connection(self) -> tuple[Optional[str], Optional[int]]:
        """Port and baud rate, both None when not connected."""
        _, port, baudrate, _ = self._printer.get_current_connection()
        return text(port), whole(baudrate)

    def connection_options(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The ports there are, and the baud rates that OctoPrint offers."""
        options = self._printer.get_connection_options()
        ports, baudrates = options.get("ports"), options.get("baudrates")
        return (
            tuple(str(port) for port in ports) if isinstance(ports, (list, tuple)) else (),
            tuple(int(rate) for rate in baudrates) if isinstance(baudrates, (list, tuple)) else (),
        )

    # --- what it is told ---

    def connect(self, port: Optional[str], baudrate: Optional[int]) -> None:
        threading.Thread(
            target=self._connect, args=(port, baudrate), name="octoland-connect", daemon=True
        ).start()

    def _connect(self, port: Optional[str], baudrate: Optional[int]) -> None:
        # OctoPrint looks first whether it is connected, and takes a while until it is: two at once would both
        # open the port.
        with self._one_connection:
            if self._printer.is_error():
                # OctoPrint ignores a connect while a connection in error still stands.
                self._printer.disconnect()
            self._printer.connect(port, baudrate)

    def disconnect(self) -> None:
        # OctoPrint waits here until the printer has taken all that was sent to it: ten seconds and more.
        threading.Thread(target=self._printer.disconnect, name="octoland-disconnect", daemon=True).start()

    def select(self, path: str, user: str) -> None:
        """`path` within the local storage: OctoPrint 1.11 takes that or one on the disk, 2.0 only that."""
        self._printer.select_file(path, False, user=user, tags=set(TAGS))

    def start(self, user: str) -> None:
        self._printer.start_print(user=user, tags=set(TAGS))

    def pause(self, user: str) -> None:
        self._printer.pause_print(user=user, tags=set(TAGS))

    def resume(self, user: str) -> None:
        self._printer.resume_print(user=user, tags=set(TAGS))

    def cancel(self, user: str) -> None:
        self._printer.cancel_print(user=user, tags=set(TAGS))

    def set_temperature(self, heater: str, celsius: float) -> None:
        self._printer.set_temperature(heater, _plain(celsius), tags=set(TAGS))

    def jog(self, axes_mm: Mapping[str, float], speed_mm_min: Optional[float]) -> None:
        speed = None if speed_mm_min is None else _plain(speed_mm_min)
        axes = {axis: _plain(distance) for axis, distance in axes_mm.items()}
        self._printer.jog(axes, speed=speed, tags=set(TAGS))

    def home(self, axes: Sequence[str]) -> None:
        self._printer.home(list(axes), tags=set(TAGS))

    def extrude(self, length_mm: float, tool: Optional[int], speed_mm_min: Optional[float]) -> None:
        if tool is not None:
            self._printer.change_tool(f"tool{tool}", tags=set(TAGS))
        self._printer.extrude(_plain(length_mm), speed=speed_mm_min, tags=set(TAGS))

    def send(self, lines: Sequence[str]) -> None:
        self._printer.commands(list(lines), tags=set(TAGS))

    def send_now(self, line: str) -> None:
        """Past the queue: for the answer to a question that holds the queue up."""
        self._printer.commands([line], tags=set(TAGS), force=True)


def _plain(value: float) -> float:
    """As G-code can spell it: to the micrometre, never 1e-05."""
    rounded = round(value, 3)
    return int(rounded) if rounded.is_integer() else rounded


def _heaters(sample: Mapping[str, object]) -> tuple[Temperature, ...]:
    return tuple(
        Temperature(
            heater=heater,
            actual_celsius=number(tree(values).get("actual")),
            target_celsius=number(tree(values).get("target")),
        )
        for heater, values in sample.items()
        if heater.startswith("tool") or heater in ("bed", "chamber")
    )
