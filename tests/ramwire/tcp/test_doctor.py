"""What `ramwire doctor` sees at a `tcp:` address."""

from __future__ import annotations

from pathlib import Path

import pytest

import ramwire
from tests.ramwire.connection.doctor import ConnectionDoctor, faults


class TestTcpDoctor(ConnectionDoctor):
    """What both wires show."""


def test_missing_key_is_told(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAMWIRE_AUTHKEY", raising=False)
    assert "needs a key" in faults(f"tcp:127.0.0.1:{port}")


def test_nobody_at_a_port_is_told(url: str) -> None:
    assert "Connection refused" in faults(url)


def test_unknown_host_is_told(port: int, keyfile: Path) -> None:
    assert "no address is known" in faults(f"tcp:no.such.host.invalid:{port}?keyfile={keyfile}")


def test_address_beyond_loopback_is_noted(port: int, keyfile: Path) -> None:
    findings = ramwire.diagnose(f"tcp:0.0.0.0:{port}?keyfile={keyfile}").findings
    assert any(finding.level == "note" and "not encrypted" in finding.what for finding in findings)
