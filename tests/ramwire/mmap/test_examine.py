"""What the doctor sees at an address, and says to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

import ramwire
from tests.ramwire.limits import no_more_descriptors


def faults(url: str) -> list[ramwire.Finding]:
    return [finding for finding in ramwire.diagnose(url).findings if finding.level == "fault"]


def the_fault(url: str) -> ramwire.Finding:
    (fault,) = faults(url)
    return fault


def test_server_that_serves_is_fine(url: str, service: ServiceProcess) -> None:
    assert faults(url) == []
    assert any(f"process {service.pid}" in finding.what for finding in ramwire.diagnose(url).findings)


def test_channel_that_is_there_is_fine(url: str) -> None:
    with ramwire.Channel(url, end="server"):
        assert faults(url) == []


def test_address_where_nobody_was_is_told_to_start(url: str) -> None:
    assert the_fault(url).remedy == "Start the server."


def test_folder_that_is_missing_is_told(drive: Path) -> None:
    assert f"{drive}/nowhere does not exist" in the_fault(f"mmap:{drive}/nowhere/service").what
    assert not (drive / "nowhere").exists()


def test_killed_server_is_seen(url: str, service: ServiceProcess) -> None:
    service.kill()
    assert "killed" in the_fault(url).what


def test_stopped_server_is_seen(url: str, service: ServiceProcess) -> None:
    service.pause()
    assert the_fault(url).remedy == f"kill -CONT {service.pid}"


def test_server_without_descriptors_is_seen(url: str, service: ServiceProcess) -> None:
    with no_more_descriptors(service.pid):
        assert "LimitNOFILE" in the_fault(url).remedy


def test_file_of_somebody_else_is_seen_and_left_alone(path: Path, url: str) -> None:
    path.write_text("a letter\n")
    assert "not ramwire's" in the_fault(url).what
    assert path.read_text() == "a letter\n"


@pytest.mark.parametrize("kind", ["folder", "link", "fifo"])
def test_what_is_no_file_is_seen(path: Path, url: str, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(path.with_name("elsewhere"))
    else:
        os.mkfifo(path)
    assert str(path) in the_fault(url).what


def test_looking_changes_nothing(path: Path, url: str, service: ServiceProcess) -> None:
    before = [(entry.name, entry.stat().st_mtime_ns) for entry in path.parent.iterdir()]
    descriptors = os.listdir(f"/proc/{service.pid}/fd")
    assert ramwire.diagnose(url).healthy
    assert [(entry.name, entry.stat().st_mtime_ns) for entry in path.parent.iterdir()] == before
    assert os.listdir(f"/proc/{service.pid}/fd") == descriptors
