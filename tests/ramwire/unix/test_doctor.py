"""What `ramwire doctor` sees at a `unix:` address."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

import ramwire
from tests.ramwire.connection.doctor import ConnectionDoctor, faults


class TestUnixDoctor(ConnectionDoctor):
    """What both wires show."""


@pytest.fixture
def bare(drive: Path) -> str:
    """An address without a key file of its own."""
    return f"unix:{drive}/service"


def test_missing_socket_is_told(bare: str) -> None:
    assert "does not exist" in faults(bare)


def test_missing_folder_is_told(drive: Path) -> None:
    assert "cannot be looked at" in faults(f"unix:{drive}/none/service")
    assert not (drive / "none").exists()


def test_socket_of_a_dead_server_is_told(bare: str) -> None:
    with ServiceProcess(bare) as service:
        service.kill()
    assert "a dead server has left" in faults(bare)


def test_file_in_the_sockets_place_is_told(drive: Path, bare: str) -> None:
    (drive / "service").write_text("")
    assert "is no socket" in faults(bare)


def test_folder_that_others_may_change_is_told(drive: Path, bare: str) -> None:
    drive.chmod(0o777)
    assert "chmod o-w" in faults(bare)


def test_socket_whose_permissions_were_taken_is_told(drive: Path, bare: str) -> None:
    with ServiceProcess(bare):
        (drive / "service").chmod(0)
        assert "is closed to its own user" in faults(bare)
        (drive / "service").chmod(0o666)
        notes = [finding.what for finding in ramwire.diagnose(bare).findings if finding.level == "note"]
        assert any("is open to other users" in note for note in notes)


def test_missing_key_is_told(drive: Path, bare: str) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{drive}/service")
        listening.listen()
        assert "the key cannot be read" in faults(bare)


def test_full_queue_is_told(drive: Path, bare: str) -> None:
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(f"{drive}/service")
        listening.listen(0)
        waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
        waiting.connect(f"{drive}/service")
        assert "too many wait" in faults(bare)
