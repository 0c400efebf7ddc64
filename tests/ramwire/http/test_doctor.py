"""`ramwire doctor` finds what is wrong at an address, and says what to do."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.service import serve

import ramwire
from tests.ramwire.http.test_hostility import Liar, response


def told(url: str) -> str:
    """All that is found, one a line."""
    diagnosis = ramwire.diagnose(url)
    return "\n".join(f"{found.level}: {found.what} {found.remedy}" for found in diagnosis.findings)


def test_server_that_would_answer_is_fine(url: str, service: ServiceProcess) -> None:
    assert ramwire.diagnose(url).healthy
    assert f"fine: served by process {service.pid}" in told(url)
    assert "fine: it answers" in told(url)


def test_nobody_is_told(url: str, port: int) -> None:
    assert told(url) == f"fault: nobody listens on port {port} Start the server."


def test_stopped_server_is_told(url: str, service: ServiceProcess) -> None:
    service.pause()
    assert f"fault: held by process {service.pid} " in told(url)
    assert f"kill -CONT {service.pid}" in told(url)
    service.send(signal.SIGCONT)


def test_other_token_is_told(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text("ours")
    with serve(f"http://127.0.0.1:{port}/?tokenfile={path}"):
        url = f"http://127.0.0.1:{port}/"
        assert "fault: the server demands another token" in told(url)
        monkeypatch.setenv("RAMWIRE_TOKEN", "theirs")
        assert "fault: the server demands another token" in told(url)
        assert ramwire.diagnose(f"{url}?tokenfile={path}").healthy
        path.chmod(0o644)
        assert f"chmod 600 {path}" in told(f"{url}?tokenfile={path}")


def test_missing_token_is_told(port: int) -> None:
    assert "is beyond loopback, and here is no token Set RAMWIRE_TOKEN" in told(f"http://0.0.0.0:{port}/")


def test_unknown_name_is_told(port: int) -> None:
    assert "no-such-host.invalid is not known" in told(f"http://no-such-host.invalid:{port}/")


def test_another_server_of_http_is_told(url: str, port: int) -> None:
    with Liar(port, response(b"", "404 Not Found")):
        assert "note: it is no server of ramwire (404 to GET /jsonrpc)" in told(url)
        assert f"process {os.getpid()}" in told(url)


def test_server_of_something_else_is_told(url: str, port: int) -> None:
    with Liar(port, b"SSH-2.0-OpenSSH_9.2\r\n"):
        assert "fault: it does not answer" in told(url)


def test_what_cannot_be_an_address_is_refused() -> None:
    with pytest.raises(ramwire.Refused, match="http://HOST:PORT/"):
        ramwire.diagnose("http://localhost/")


def test_nothing_is_run_by_looking(url: str, port: int) -> None:
    with serve(url), ramwire.Client(url) as client:
        told(url)
        assert client.call("notes") == []
    with socket.socket() as nobody:
        assert nobody.connect_ex(("127.0.0.1", port))
