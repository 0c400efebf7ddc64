"""A real print of a small file, and what cannot be done before, during and after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from octoland_api.errors import (
    AlreadyConnected,
    FileMissing,
    InvalidArguments,
    NotConnected,
    NothingSelected,
    NotPaused,
    NotPrinting,
    Printing,
    ServiceError,
)
from octoland_api.shapes import Message, State, Status, StatusChanged

from tests.plugin.conftest import Service, Watched
from tests.plugin.octoprint_process import eventually

TOWER = "tower.gcode"


def test_a_file_is_selected_printed_and_done(service: Service) -> None:
    service("files.select", path=TOWER)
    selected = eventually(lambda: service.status().file)
    assert (selected.path, selected.origin) == (TOWER, "local")
    eventually(lambda: service.status().progress.layers == 20)
    position = service.events().next

    service("job.start")
    texts: list[str] = []
    statuses: list[Status] = []
    while "Done" not in texts:
        answer = service.events(position)
        assert answer.events
        position = answer.next
        texts += [event.text for event in answer.events if isinstance(event, Message)]
        statuses += [event.status for event in answer.events if isinstance(event, StatusChanged)]

    assert texts == ["Begin", *(f"Layer {layer}" for layer in range(1, 21)), "Done"]
    assert State.PRINTING in [status.state for status in statuses]
    done = service.reaches(State.READY)
    assert done.progress.completion == 100
    assert any(0 < (status.progress.layer or 0) < 20 for status in statuses)
    eventually(lambda: _printed(service) is True)


@pytest.fixture
def print_running(service: Service) -> Iterator[Service]:
    service("files.select", path=TOWER)
    eventually(lambda: service.status().file)
    service("job.start")
    service.reaches(State.PRINTING)
    yield service
    if service.status().state not in (State.READY, State.OFFLINE, State.CANCELLING):
        service("job.cancel")
    service.reaches(State.READY, State.OFFLINE)


def test_a_print_is_paused_resumed_and_cancelled(print_running: Service) -> None:
    service = print_running
    before = len(service.octoprint.received())

    service("job.pause")
    paused = service.reaches(State.PAUSED)
    assert paused.file is not None
    service("job.resume")
    service.reaches(State.PRINTING)
    service("job.cancel")
    service.reaches(State.READY)

    assert not any("M117 Done" in line for line in service.octoprint.received()[before:])


WHILE_PRINTING: list[tuple[str, dict[str, object], type[ServiceError]]] = [
    ("job.start", {}, Printing),
    ("job.resume", {}, NotPaused),
    ("files.select", {"path": TOWER}, Printing),
    ("motion.jog", {"x_mm": 1}, Printing),
    ("motion.home", {}, Printing),
    ("motion.extrude", {"length_mm": 1}, Printing),
    ("motion.off", {}, Printing),
    ("connection.connect", {}, AlreadyConnected),
]


def test_what_would_spoil_a_print_is_refused(print_running: Service) -> None:
    before = len(print_running.octoprint.received())

    for verb, arguments, kind in WHILE_PRINTING:
        with pytest.raises(kind):
            print_running(verb, **arguments)

    new = print_running.octoprint.received()[before:]
    assert not [line for line in new if any(word in line for word in ("G91", "G28", "M18", "M83"))]
    assert print_running.status().state is State.PRINTING


def test_a_temperature_may_be_set_while_printing(print_running: Service) -> None:
    print_running("temperature.set", heater="tool0", celsius=33)

    eventually(lambda: any("M104 S33" in line for line in print_running.octoprint.received()))
    print_running("temperature.set", heater="tool0", celsius=0)


def test_a_paused_print_is_neither_started_nor_left_without_motors(print_running: Service) -> None:
    print_running("job.pause")
    print_running.reaches(State.PAUSED)

    with pytest.raises(Printing):
        print_running("job.start")
    with pytest.raises(Printing):
        print_running("motion.off")
    with pytest.raises(Printing):
        print_running("files.select", path=TOWER)
    with pytest.raises(NotPrinting, match="printer is paused"):
        print_running("job.pause")
    # A filament change needs it.
    print_running("motion.jog", z_mm=1)


def test_nothing_is_started_where_nothing_is_selected(service: Service, nothing_arrives: Watched) -> None:
    with nothing_arrives(), pytest.raises(NothingSelected):
        service("job.start")


@pytest.mark.parametrize(
    ("verb", "kind"), [("job.pause", NotPrinting), ("job.resume", NotPaused), ("job.cancel", NotPrinting)]
)
def test_an_idle_printer_has_nothing_to_pause_resume_or_cancel(
    service: Service, nothing_arrives: Watched, verb: str, kind: type[ServiceError]
) -> None:
    with nothing_arrives(), pytest.raises(kind, match="printer is ready"):
        service(verb)


def test_a_selected_file_that_is_gone_is_not_started(service: Service, nothing_arrives: Watched) -> None:
    uploads = service.octoprint.basedir / "uploads"
    (uploads / "brief.gcode").write_text("G28\n", encoding="utf-8")
    service("files.select", path="brief.gcode")
    eventually(lambda: service.status().file)
    (uploads / "brief.gcode").unlink()

    with nothing_arrives(), pytest.raises(FileMissing, match=r"brief\.gcode is gone"):
        service("job.start")
    assert service.status().state is State.READY


def test_what_is_no_gcode_is_not_selected(service: Service) -> None:
    (service.octoprint.basedir / "uploads" / "notes.txt").write_text("hello\n", encoding="utf-8")

    with pytest.raises(InvalidArguments, match=r"notes\.txt is no G-code"):
        service("files.select", path="notes.txt")


WHILE_OFFLINE: list[tuple[str, dict[str, object]]] = [
    ("job.start", {}),
    ("job.pause", {}),
    ("job.resume", {}),
    ("job.cancel", {}),
    ("files.select", {"path": TOWER}),
    ("temperature.set", {"heater": "tool0", "celsius": 200}),
    ("motion.jog", {"x_mm": 1}),
    ("motion.home", {}),
    ("motion.extrude", {"length_mm": 1}),
    ("motion.off", {}),
    ("gcode.send", {"commands": ["G28"]}),
    ("prompt.answer", {"choice": 0}),
    ("connection.disconnect", {}),
]


@pytest.fixture
def offline(service: Service) -> Service:
    service("connection.disconnect")
    service.reaches(State.OFFLINE)
    return service


@pytest.mark.parametrize(("verb", "arguments"), WHILE_OFFLINE)
def test_a_printer_that_is_offline_is_told_nothing(
    offline: Service, verb: str, arguments: dict[str, object]
) -> None:
    before = len(offline.octoprint.received())

    with pytest.raises(NotConnected, match="not connected"):
        offline(verb, **arguments)

    assert offline.octoprint.received()[before:] == []


def _printed(service: Service) -> object:
    files = service("files")
    assert isinstance(files, dict)
    return next(entry["printed"] for entry in files["entries"] if entry["path"] == TOWER)
