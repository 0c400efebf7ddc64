"""Reading: status, about, files, temperatures, connection; with the library, and with printf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from octoland_api.errors import FileMissing, InvalidArguments, KeyNeeded
from octoland_api.shapes import About, Connection, File, Files, Folder, State, Temperatures, from_wire

from tests.plugin.conftest import Service, Shell
from tests.plugin.octoprint_process import eventually


def test_status_is_read_without_a_key(service: Service) -> None:
    status = service.as_user(None).status()

    assert status.state is State.READY
    assert status.state_text == "Operational"
    assert [heater.heater for heater in status.temperatures] == ["tool0", "bed"]
    assert status.load.ram_percent
    assert status.load.disk_percent


def test_status_is_read_by_printf(shell: Shell) -> None:
    suffix, content = shell("status")

    assert suffix == ""
    assert json.loads(content)["state"] == "ready"


def test_an_error_is_read_by_printf(shell: Shell) -> None:
    suffix, content = shell("job.start")

    assert suffix == ".error"
    assert content.startswith("KeyNeeded: job.start needs an API key")


@pytest.mark.usefixtures("status_needs_key")
def test_status_needs_a_key_where_the_setting_says_so(service: Service) -> None:
    with pytest.raises(KeyNeeded):
        service.as_user(None).status()
    assert service.status().state is State.READY


def test_temperatures_arrive_with_presets_and_history(service: Service) -> None:
    eventually(lambda: service.status().temperatures[0].actual_celsius)
    temperatures = from_wire(Temperatures, service("temperatures"))

    assert [heater.heater for heater in temperatures.heaters] == ["tool0", "bed"]
    assert ("PLA", 180.0, 60.0) in [
        (preset.name, preset.tool_celsius, preset.bed_celsius) for preset in temperatures.presets
    ]
    assert temperatures.history[-1].heaters[0].actual_celsius is not None


def test_about_names_versions_and_addresses(service: Service) -> None:
    about = from_wire(About, service("about"))

    assert about.octoprint == "1.11.8"
    assert about.addresses == (service.octoprint.url,)
    assert about.printer == "Default"


def test_connection_names_port_and_choices(service: Service) -> None:
    connection = from_wire(Connection, service("connection"))

    assert (connection.state, connection.port) == (State.READY, "VIRTUAL")
    assert "VIRTUAL" in connection.ports
    assert 115200 in connection.baudrates


@pytest.fixture
def folder(service: Service) -> Iterator[str]:
    service.octoprint.rest("POST", "/api/files/local", files={"foldername": (None, "ships")})
    service.octoprint.rest(
        "POST",
        "/api/files/local",
        files={"file": ("hull.gcode", b"G28\n"), "path": (None, "ships")},
    )
    yield "ships"
    service.octoprint.rest("DELETE", "/api/files/local/ships")


def test_files_lists_folders_and_what_is_known_of_files(service: Service, folder: str) -> None:
    eventually(lambda: _file(service, "tower.gcode").estimate_s, within_s=20)
    files = from_wire(Files, service("files"))
    tower = _file(service, "tower.gcode")

    assert Folder(path=folder, name="ships", files=1, size_bytes=4) in files.entries
    assert tower.layer_height_mm == 0.2
    assert tower.filament_g == 1.25
    assert tower.size_bytes
    assert tower.date_s
    assert files.total_bytes


def test_files_lists_a_folder(service: Service, folder: str) -> None:
    inside = from_wire(Files, service("files", path=folder))

    assert [entry.path for entry in inside.entries] == ["ships/hull.gcode"]


def test_a_link_out_of_the_storage_is_named_as_one(service: Service, tmp_path: Path) -> None:
    (tmp_path / "far.gcode").write_text("G28\n", encoding="utf-8")
    link = service.octoprint.basedir / "uploads" / "stick"
    link.symlink_to(tmp_path)
    try:
        with pytest.raises(InvalidArguments, match="stick is a link out of"):
            service("files", path="stick")
        with pytest.raises(InvalidArguments, match="stick is a link out of"):
            service("files.select", path="stick/far.gcode")
    finally:
        link.unlink()


@pytest.mark.parametrize("path", ["..", "../..", "ships/../..", "/etc", "a\\b", "./x", "a\0b", "\ud800"])
def test_paths_out_of_the_storage_are_refused(service: Service, path: str) -> None:
    with pytest.raises(InvalidArguments, match="no path within"):
        service("files", path=path)
    with pytest.raises(InvalidArguments, match="no path within"):
        service("files.select", path=path)


def test_a_folder_that_is_gone_is_an_error(service: Service) -> None:
    with pytest.raises(FileMissing, match="no folder nowhere"):
        service("files", path="nowhere")


def _file(service: Service, path: str) -> File:
    entries = from_wire(Files, service("files")).entries
    return next(entry for entry in entries if isinstance(entry, File) and entry.path == path)
