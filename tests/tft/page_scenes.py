"""The gallery's scenes of files, heaters, motors, utilities, and of what they lead to."""

from __future__ import annotations

import time
from typing import TypeVar

import msgspec
from octoland_api import shapes
from octoland_api.shapes import State
from octoland_tft.failure import Failure
from octoland_tft.page import Page
from octoland_tft.pages.connection import ConnectionPage
from octoland_tft.pages.file_details import FileDetailsPage
from octoland_tft.pages.files import FilesPage
from octoland_tft.pages.motors import MotorsPage
from octoland_tft.pages.temperatures import TemperaturesPage
from octoland_tft.printer import Link
from octoland_tft.screen import Screen

from tests.tft.scenes import Scene, Setting, no_service, opened, status_of
from tests.tft.service_replies import FILES
from tests.tft.stand_in import idle, offline, printing

FILE = shapes.File(
    path="box.gcode",
    name="calibration_box_0.2mm_PLA.gcode",
    size_bytes=2_345_678,
    date_s=time.time() - 5000,
    estimate_s=6840,
    filament_mm=4020,
    filament_g=12,
    layer_height_mm=0.2,
    printed=True,
)

PRESETS = (
    shapes.Preset(name="PLA", tool_celsius=210, bed_celsius=60),
    shapes.Preset(name="PETG", tool_celsius=240, bed_celsius=80),
    shapes.Preset(name="TPU", tool_celsius=230),
)

FOUR_HEATERS = tuple(
    shapes.Temperature(heater=heater, actual_celsius=210.3, target_celsius=target)
    for heater, target in (("tool0", 215), ("tool1", 0), ("bed", 60), ("chamber", 0))
)


PageKind = TypeVar("PageKind", bound=Page)


def shown(screen: Screen, kind: type[PageKind]) -> PageKind:
    page = screen.shell.page
    assert isinstance(page, kind)
    return page


def tab(page: str, status: shapes.Status) -> Setting:
    def open_tab(screen: Screen) -> None:
        status_of(status)(screen)
        screen.shell.navigation.open_tab(page)

    return open_tab


def files_without(kind: str) -> Setting:
    """The list could not be read."""

    def fail(screen: Screen) -> None:
        tab("files", idle())(screen)
        page = shown(screen, FilesPage)
        # Another folder's answer comes and is none of this page's.
        page._path, page._files = "calibration", None
        page._not_read(page._path, Failure(kind, ""))

    return fail


def files(screen: Screen) -> None:
    tab("files", idle())(screen)
    shown(screen, FilesPage)._open("")


def files_without_service(screen: Screen) -> None:
    no_service("Timeout")(screen)
    screen.shell.navigation.open_tab("files")


def typing(screen: Screen) -> None:
    opened("temperatures", printing())(screen)
    shown(screen, TemperaturesPage).ids.keypad.entry = "24"


def question_cool_down(screen: Screen) -> None:
    opened("temperatures", printing())(screen)
    shown(screen, Page).on_header_action()


def question_target(screen: Screen) -> None:
    opened("temperatures", printing())(screen)
    shown(screen, TemperaturesPage).set_target(240)


def question_motors_off(screen: Screen) -> None:
    opened("motors", printing())(screen)
    shown(screen, Page).on_header_action()


def question_print(screen: Screen) -> None:
    opened("file_details", idle(), file=FILE)(screen)
    shown(screen, FileDetailsPage).ask_to_print()


def question_disconnect(screen: Screen) -> None:
    opened("connection", printing())(screen)
    shown(screen, ConnectionPage).act()


def too_cold(screen: Screen) -> None:
    cold = shapes.Temperature(heater="tool0", actual_celsius=24.0, target_celsius=0)
    opened("motors", idle(temperatures=(cold,)))(screen)
    shown(screen, MotorsPage).extrude(1)


def help_without_key(screen: Screen) -> None:
    opened("help", printing())(screen)
    screen.printer.set_link(Link.NO_SERVICE, None)


PAGE_SCENES = (
    Scene("files", "files", files),
    Scene("files-failed", "files", files_without("NotPermitted")),
    Scene("files-no-service", "files", files_without_service),
    Scene("file-details", "file_details", opened("file_details", idle(), file=FILE)),
    Scene("file-details-printing", "file_details", opened("file_details", printing(), file=FILE)),
    Scene("question-print", "file_details", question_print, "question"),
    Scene("temperatures", "temperatures", opened("temperatures", idle())),
    Scene("temperatures-typing", "temperatures", typing),
    Scene("temperatures-four", "temperatures", opened("temperatures", idle(temperatures=FOUR_HEATERS))),
    Scene("question-cool-down", "temperatures", question_cool_down, "question"),
    Scene("question-target", "temperatures", question_target, "question"),
    Scene("presets", "presets", opened("presets", idle(), presets=PRESETS, use=lambda _preset: None)),
    Scene("motors", "motors", opened("motors", idle())),
    Scene("motors-too-cold", "motors", too_cold, "toast"),
    Scene("question-motors-off", "motors", question_motors_off, "question"),
    Scene("utilities", "utilities", tab("utilities", idle())),
    Scene("language", "language", opened("language", idle())),
    Scene("connection", "connection", opened("connection", idle())),
    Scene("connection-offline", "connection", opened("connection", offline())),
    Scene("question-disconnect", "connection", question_disconnect, "question"),
    Scene("about", "about", opened("about", idle())),
    Scene("help", "help", opened("help", idle())),
    Scene("help-service", "help", help_without_key),
    Scene("help-printer", "help", opened("help", offline())),
    Scene("help-error", "help", opened("help", offline(state=State.ERROR))),
    Scene("error", "error", opened("error", idle(), failed_page="motors", detail="ValueError: a fault")),
    Scene("splash", "splash", opened("splash", idle())),
)

CONNECTION = shapes.Connection(
    state=State.READY,
    port="/dev/ttyACM0",
    baudrate=115200,
    ports=("/dev/ttyACM0", "/dev/ttyUSB0"),
    baudrates=(115200, 250000),
)


MORE_FILES = tuple(
    shapes.File(
        path=name,
        name=name,
        size_bytes=size_bytes,
        date_s=FILE.date_s - 86_400 * (place + 2) if FILE.date_s else None,
        estimate_s=estimate_s,
        filament_mm=filament_mm,
        layer_height_mm=0.2,
        printed=True,
    )
    for place, (name, size_bytes, estimate_s, filament_mm) in enumerate(
        (
            ("calibration_tower_PETG.gcode", 3_100_000, 7_900, 6_300),
            ("calibration_bridge_PLA.gcode", 800_000, 1_300, 1_100),
            ("calibration_first_layer.gcode", 240_000, 420, 650),
            ("calibration_flow_ABS.gcode", 1_900_000, 4_400, 3_900),
            ("calibration_hinge_v2.gcode", 5_400_000, 16_300, 11_800),
            ("calibration_tolerances.gcode", 1_200_000, 3_700, 2_500),
        )
    )
)


def page_replies() -> dict[str, object]:
    """What the stand-in answers beside `service_replies`."""
    files = msgspec.structs.replace(FILES, entries=(*FILES.entries, *MORE_FILES))
    return {"connection": CONNECTION, "files": files}
