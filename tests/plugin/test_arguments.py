"""Bad input: its own clear error at the client, nothing at the printer."""

from __future__ import annotations

import json

import pytest
from octoland_api.errors import FileMissing, HeaterUnknown, InvalidArguments, NoPrompt, ServiceError

from ramwire import RemoteError
from tests.plugin.conftest import Service, Shell, Watched
from tests.plugin.octoprint_process import ADMIN

Refused = tuple[str, "dict[str, object]", type[ServiceError], str]

REFUSED: list[Refused] = [
    ("temperature.set", {"heater": "tool0", "celsius": True}, InvalidArguments, "celsius"),
    ("temperature.set", {"heater": "tool0", "celsius": "200"}, InvalidArguments, "celsius"),
    ("temperature.set", {"heater": "tool0", "celsius": None}, InvalidArguments, "celsius"),
    ("temperature.set", {"heater": "tool0", "celsius": -1}, InvalidArguments, "celsius"),
    ("temperature.set", {"heater": "tool0", "celsius": 1e9}, InvalidArguments, "celsius"),
    ("temperature.set", {"heater": "tool0", "celsius": 351}, InvalidArguments, "350 °C at most"),
    ("temperature.set", {"heater": "bed", "celsius": 151}, InvalidArguments, "150 °C at most"),
    ("temperature.set", {"heater": "tool0"}, InvalidArguments, "celsius"),
    ("temperature.set", {"celsius": 200}, InvalidArguments, "heater"),
    ("temperature.set", {"heater": "tool1", "celsius": 200}, HeaterUnknown, "it has tool0, bed"),
    ("temperature.set", {"heater": "chamber", "celsius": 20}, HeaterUnknown, "it has tool0, bed"),
    ("temperature.set", {"heater": "tool0\nM112", "celsius": 20}, InvalidArguments, "heater"),
    ("temperature.set", {"heater": "tool0", "celsius": 20, "fast": 1}, InvalidArguments, "fast"),
    ("gcode.send", {"commands": ["G28\nM104 S300"]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": ["G28\r"]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": ["G28\n"]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": ["G28", "M104 S300\x00"]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": []}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": "G28"}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": [""]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": [5]}, InvalidArguments, "commands"),
    ("gcode.send", {"commands": ["G28"] * 65}, InvalidArguments, "commands"),
    ("motion.jog", {}, InvalidArguments, "give a distance"),
    ("motion.jog", {"x_mm": 1e-9}, InvalidArguments, "give a distance"),
    ("motion.jog", {"x_mm": 10_000}, InvalidArguments, "x_mm"),
    ("motion.jog", {"x_mm": "10"}, InvalidArguments, "x_mm"),
    ("motion.jog", {"e_mm": 10}, InvalidArguments, "e_mm"),
    ("motion.jog", {"x_mm": 1, "speed_mm_min": 0}, InvalidArguments, "speed_mm_min"),
    ("motion.home", {"axes": ["e"]}, InvalidArguments, "axes"),
    ("motion.home", {"axes": []}, InvalidArguments, "axes"),
    ("motion.extrude", {"length_mm": 0}, InvalidArguments, "length_mm"),
    ("motion.extrude", {"length_mm": 5, "tool": 1}, InvalidArguments, "1 tool"),
    ("connection.connect", {"port": "/dev/ttyNONE"}, InvalidArguments, "no port /dev/ttyNONE"),
    ("connection.connect", {"baudrate": 42}, InvalidArguments, "no baud rate of 42"),
    ("files.select", {"path": "gone.gcode"}, FileMissing, "no file gone.gcode"),
    ("files.select", {"path": "tower.gcode/.."}, InvalidArguments, "no path within"),
    ("files.select", {"path": ""}, InvalidArguments, "path"),
    ("prompt.answer", {"choice": 0}, NoPrompt, "asks nothing"),
    ("prompt.answer", {"choice": -1}, InvalidArguments, "choice"),
    ("events", {"wait_s": 1e6}, InvalidArguments, "wait_s"),
    ("job.start", {"file": "tower.gcode"}, InvalidArguments, "file"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: f"{refused[0]}-{refused[1]}"[:60])
def test_bad_arguments_are_named_and_reach_nothing(
    service: Service, nothing_arrives: Watched, refused: Refused
) -> None:
    verb, arguments, kind, words = refused

    with nothing_arrives(), pytest.raises(kind, match=words):
        service(verb, **arguments)


@pytest.mark.parametrize(
    "line",
    [
        'temperature.set {"heater":"tool0","celsius":NaN,"key":"%s"}',
        'temperature.set {"heater":"tool0","celsius":Infinity,"key":"%s"}',
        'temperature.set {"heater":"tool0","celsius":200,"key":"%s"',
        'temperature.set {"heater":"tool0","celsius":200,"key":"%s"} x',
        'print.start {"key":"%s"}',
        "temperature.set {'heater':'tool0','celsius':200,'key':'%s'}",
    ],
)
def test_what_is_no_request_is_answered_with_an_error(
    shell: Shell, nothing_arrives: Watched, line: str
) -> None:
    with nothing_arrives():
        suffix, content = shell(line % ADMIN.key)

    assert suffix == ".error"
    assert ": " in content


@pytest.mark.parametrize("name", ["self", "positional", "named"])
def test_any_name_of_an_argument_is_an_argument(shell: Shell, name: str) -> None:
    suffix, content = shell("status " + json.dumps({name: 1}))

    assert suffix == ".error"
    assert content.startswith(f"InvalidArguments: status: Object contains unknown field `{name}`")


def test_an_unknown_verb_is_named(service: Service) -> None:
    with pytest.raises(RemoteError, match=r"job\.strat"):
        service.client.call("job.strat", key=ADMIN.key)


def test_too_many_arguments_by_position_are_refused(service: Service) -> None:
    with pytest.raises(RemoteError, match="at most 0 arguments") as caught:
        service.client.call("status", 1)
    assert caught.value.kind == "InvalidArguments"
