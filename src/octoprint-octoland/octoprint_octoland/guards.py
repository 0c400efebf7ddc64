"""Each precondition of a command, once: a guard returns, or raises what is wrong and what to do.

They are those that OctoPrint's REST answers 409 with, and some where it stays silent and does nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from octoland_api.errors import (
    AlreadyConnected,
    FileMissing,
    HeaterUnknown,
    InvalidArguments,
    NotConnected,
    NothingSelected,
    NotPaused,
    NotPrinting,
    NotReady,
    Printing,
)
from octoland_api.shapes import State

from octoprint_octoland.adapters.preferences import Preferences, Profile
from octoprint_octoland.adapters.printer import AUTO_PORT, Job, Printer

if TYPE_CHECKING:
    from octoprint_octoland.adapters.storage import Storage

# Half a surrogate pair can be said in JSON, and be written to no disk.
_NEVER_IN_A_PATH = re.compile(r"[\\\x00\ud800-\udfff]")
_CAN_PAUSE = (State.STARTING, State.PRINTING, State.RESUMING)


def connected(printer: Printer) -> None:
    if not printer.is_operational:
        raise NotConnected("The printer is not connected. Connect it first.")


def disconnected(printer: Printer) -> None:
    if not printer.is_closed:
        raise AlreadyConnected(
            f"The printer is connected, or connecting ({printer.state.value}). Disconnect it first."
        )


def open_or_opening(printer: Printer) -> None:
    if printer.state is State.OFFLINE:
        raise NotConnected("The printer is not connected: there is nothing to disconnect.")


def idle(printer: Printer) -> None:
    """Connected, and nothing goes on."""
    connected(printer)
    if printer.is_printing or printer.is_paused:
        raise Printing("A print is running or paused. Wait for its end, or cancel it.")
    if not printer.is_ready:
        raise NotReady("The printer is busy, as with a transfer to its card. Wait for its end.")


def not_printing(printer: Printer) -> None:
    """Connected, and at rest; a paused print rests."""
    connected(printer)
    if printer.is_printing:
        raise Printing("A print is running, and this would spoil it. Pause it, or wait for its end.")


def can_pause(printer: Printer) -> None:
    connected(printer)
    if printer.state not in _CAN_PAUSE:
        raise NotPrinting(f"There is nothing to pause: the printer is {printer.state.value}.")


def can_resume(printer: Printer) -> None:
    connected(printer)
    if not printer.is_paused:
        raise NotPaused(f"There is nothing to resume: the printer is {printer.state.value}.")


def can_cancel(printer: Printer) -> None:
    connected(printer)
    if not (printer.is_printing or printer.is_paused) or printer.state is State.CANCELLING:
        raise NotPrinting(f"There is nothing to cancel: the printer is {printer.state.value}.")


def job_is_there(job: Job, storage: Storage) -> None:
    if job.path is None:
        raise NothingSelected("No file is selected. Select one first.")
    # OctoPrint would open it only after the start, and fall into an error.
    if not job.on_card and not storage.has_file(job.path):
        raise FileMissing(f"The selected file {job.path} is gone. Select another.")


def stays_within_storage(path: str) -> None:
    parts = path.split("/")
    strays = path.startswith("/") or any(part in (".", "..") for part in parts)
    if strays or _NEVER_IN_A_PATH.search(path):
        raise InvalidArguments(
            f"{path!r} is no path within OctoPrint's storage: write it as folder/file.gcode."
        )


def leads_nowhere_else(storage: Storage, folder: str) -> None:
    # OctoPrint shows such folders on its page, and opens none.
    if folder and not storage.holds(folder):
        raise InvalidArguments(
            f"{folder} is a link out of OctoPrint's storage: OctoPrint prints nothing from there. Copy it."
        )


def folder_exists(storage: Storage, path: str) -> None:
    stays_within_storage(path)
    leads_nowhere_else(storage, path)
    if not storage.has_folder(path):
        raise FileMissing(f"There is no folder {path}.")


def printable_file_exists(storage: Storage, path: str) -> None:
    stays_within_storage(path)
    leads_nowhere_else(storage, path.rpartition("/")[0])
    if not storage.has_file(path):
        raise FileMissing(f"There is no file {path}.")
    if not storage.is_printable(path):
        raise InvalidArguments(f"{path} is no G-code, and cannot be printed.")


def heater_exists(profile: Profile, heater: str) -> None:
    # "tool" is whichever is active.
    if heater != "tool" and heater not in profile.heaters:
        known = ", ".join(profile.heaters)
        raise HeaterUnknown(f"The printer's profile in OctoPrint has no heater {heater}; it has {known}.")


def tool_exists(profile: Profile, tool: int) -> None:
    if tool >= profile.tools:
        raise InvalidArguments(
            f"The printer's profile in OctoPrint has {profile.tools} tool(s); tool {tool} is none of them."
        )


def not_too_hot(preferences: Preferences, heater: str, celsius: float) -> None:
    most = preferences.most_celsius(heater)
    if celsius > most:
        raise InvalidArguments(
            f"{celsius:g} °C is too much for {heater}: "
            f"OctoLand's settings in OctoPrint allow {most:g} °C at most."
        )


def port_is_known(printer: Printer, port: str) -> None:
    ports, _ = printer.connection_options()
    if port != AUTO_PORT and port not in ports:
        raise InvalidArguments(f"There is no port {port}; there is {', '.join(ports) or 'none'}.")


def baudrate_is_known(printer: Printer, baudrate: int) -> None:
    _, baudrates = printer.connection_options()
    # 0 asks OctoPrint to find out.
    if baudrate != 0 and baudrate not in baudrates:
        raise InvalidArguments(
            f"OctoPrint offers no baud rate of {baudrate}; it offers {', '.join(map(str, baudrates))}."
        )
