"""What arrives at the printer when a command is given."""

from __future__ import annotations

import pytest
from octoland_api.errors import InvalidArguments
from octoland_api.shapes import State

from tests.plugin.conftest import Service
from tests.plugin.octoprint_process import eventually

SENT: list[tuple[str, dict[str, object], list[str]]] = [
    ("temperature.set", {"heater": "tool0", "celsius": 205}, ["M104 S205"]),
    ("temperature.set", {"heater": "tool", "celsius": 40.5}, ["M104 S40.5"]),
    ("temperature.set", {"heater": "bed", "celsius": 60.0}, ["M140 S60"]),
    ("temperature.set", {"heater": "bed", "celsius": 0}, ["M140 S0"]),
    ("motion.jog", {"x_mm": 10, "y_mm": -0.1}, ["G91", "G0 X10 Y-0.1 F6000", "G90"]),
    ("motion.jog", {"z_mm": 1e-3, "speed_mm_min": 100.0}, ["G91", "G0 Z0.001 F100", "G90"]),
    ("motion.home", {}, ["G91", "G28 X0 Y0 Z0", "G90"]),
    ("motion.home", {"axes": ["z", "z"]}, ["G91", "G28 Z0", "G90"]),
    ("motion.extrude", {"length_mm": 5.5}, ["G91", "M83", "G1 E5.5 F300", "M82", "G90"]),
    (
        "motion.extrude",
        {"length_mm": -2, "tool": 0, "speed_mm_min": 90},
        ["T0", "G91", "M83", "G1 E-2 F90", "M82", "G90"],
    ),
    ("motion.off", {}, ["M18"]),
    ("gcode.send", {"commands": ["M106 S64", "M107"]}, ["M106 S64", "M107"]),
]


@pytest.mark.parametrize(("verb", "arguments", "lines"), SENT)
def test_a_command_arrives_as_gcode(
    service: Service, verb: str, arguments: dict[str, object], lines: list[str]
) -> None:
    before = len(service.octoprint.received())

    assert service(verb, **arguments) is None

    def arrived() -> bool:
        new = [_bare(line) for line in service.octoprint.received()[before:]]
        return [line for line in new if line in lines] == lines

    eventually(arrived)


def test_targets_show_in_the_status(service: Service) -> None:
    service("temperature.set", heater="bed", celsius=45)

    eventually(lambda: service.status().temperatures[1].target_celsius == 45)
    service("temperature.set", heater="bed", celsius=0)


@pytest.mark.parametrize(("saved", "allowed", "refused"), [("120", 120, 121), ("", 150, 151), (90, 90, 91)])
def test_a_limit_counts_as_octoprints_page_saves_it(
    service: Service, saved: object, allowed: float, refused: float
) -> None:
    save = service.octoprint.save_setting
    save("most_celsius", {"bed": saved})
    try:
        service("temperature.set", heater="bed", celsius=allowed)
        with pytest.raises(InvalidArguments, match=f"allow {allowed:g} °C at most"):
            service("temperature.set", heater="bed", celsius=refused)
    finally:
        save("most_celsius", {"bed": 150})
        service("temperature.set", heater="bed", celsius=0)


def test_the_printer_is_disconnected_and_connected(service: Service) -> None:
    service("connection.disconnect")
    assert service.reaches(State.OFFLINE).temperatures == ()

    service("connection.connect", port="VIRTUAL", baudrate=115200)
    assert service.reaches(State.READY).state_text == "Operational"


def _bare(line: str) -> str:
    """Without number and checksum, which OctoPrint may put around it."""
    if line.startswith("N") and "*" in line:
        return line.split(" ", 1)[1].rsplit("*", 1)[0]
    return line
