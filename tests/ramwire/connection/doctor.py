"""What `ramwire doctor` sees at both wires."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from ramwire.connection import examining
from ramwire.testing import ServiceProcess

import ramwire
from tests.ramwire.connection.ends import Meeting


def faults(url: str) -> str:
    return "; ".join(finding.what for finding in ramwire.diagnose(url).findings if finding.level == "fault")


class ConnectionDoctor:
    """To be subclassed with the fixtures `meeting`, `url` and `keyfile`."""

    def test_live_server_is_healthy_and_named(self, url: str) -> None:
        with ServiceProcess(url) as service:
            diagnosis = ramwire.diagnose(url)
            assert diagnosis.healthy
            assert any(f"served by process {service.pid}" in finding.what for finding in diagnosis.findings)
            with ramwire.Client(url, timeout=10.0) as client:
                assert client.call("echo", 1) == 1

    def test_nobody_is_told(self, url: str) -> None:
        assert faults(url)

    def test_stopped_server_is_told(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(examining, "PATIENCE_S", 0.2)
        with ServiceProcess(url) as service:
            service.pause()
            assert "which is stopped" in faults(url)
            assert "not answered the handshake" in faults(url)
            service.send(signal.SIGCONT)

    def test_wrong_key_is_told(self, url: str, keyfile: Path) -> None:
        with ServiceProcess(url):
            keyfile.write_bytes(b"another")
            assert "another key" in faults(url)

    def test_key_file_that_others_can_read_is_told(self, url: str, keyfile: Path) -> None:
        with ServiceProcess(url):
            keyfile.chmod(0o644)
            keyfile.parent.chmod(0o711)
            assert "chmod 600" in faults(url)

    def test_what_is_no_server_is_told(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(examining, "PATIENCE_S", 0.2)
        with meeting.listener():
            assert "not answered the handshake" in faults(meeting.url)

    def test_looking_leaves_no_trace(self, url: str, drive: Path, caplog: pytest.LogCaptureFixture) -> None:
        with ramwire.Server(url, verbs={"echo": lambda value: value}):
            before = sorted(os.listdir(drive))
            for _ in range(3):
                ramwire.diagnose(url)
            assert sorted(os.listdir(drive)) == before
        assert not caplog.records
