"""What `ramwire doctor` says of a `fifo:` address."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from ramwire.diagnosis import Diagnosis, diagnose
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire


def told(diagnosis: Diagnosis) -> str:
    return "\n".join(f"{finding.level}: {finding.what}. {finding.remedy}" for finding in diagnosis.findings)


def test_server_is_named(url: str, service: ServiceProcess) -> None:
    diagnosis = diagnose(url)
    assert diagnosis.healthy
    assert f"served by process {service.pid}" in told(diagnosis)


def test_stopped_server_is_told(url: str, service: ServiceProcess) -> None:
    service.pause()
    assert f"kill -CONT {service.pid}" in told(diagnose(url))
    service.send(signal.SIGCONT)


def test_looking_makes_nothing_and_is_not_noticed(folder: Path, url: str, client: ramwire.Client) -> None:
    assert not diagnose(url).healthy
    assert not folder.exists()
    with ServiceProcess(url):
        before = sorted(os.listdir(folder))
        for _ in range(20):
            diagnose(url)
        assert sorted(os.listdir(folder)) == before
        assert client.call("echo", 1) == 1


def test_server_that_was_killed_is_told(url: str, service: ServiceProcess) -> None:
    service.kill()
    assert "nobody is seen to read from send. Start the server" in told(diagnose(url))


def test_server_of_others_is_found(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "send", 0o600)
    command = ("bash", "-c", f"exec 3<> {folder}/send; echo ready; read -r _ <&3")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        until(lambda: f"served by process {shell.pid} (bash)" in told(diagnose(url)))
        shell.kill()


@pytest.mark.parametrize("name", ["send", "recv"])
def test_regular_file_in_a_fifos_place_is_told(folder: Path, url: str, name: str) -> None:
    folder.mkdir(mode=0o700)
    (folder / name).touch()
    assert f"fault: {folder}/{name} is no FIFO" in told(diagnose(url))
    assert f"Move it away: mv {folder}/{name}" in told(diagnose(url))


def test_modes_and_owners_are_told(folder: Path, url: str) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    os.mkfifo(folder / "send")
    (folder / "send").chmod(0o666)
    words = told(diagnose(url))
    assert f"note: {folder} is open to other users (0755). chmod 700 {folder}" in words
    assert f"note: {folder}/send is open to other users (0666). chmod 600 {folder}/send" in words
    if os.geteuid() == 0:
        os.chown(folder / "send", 12345, 12345)
        assert "belongs to user 12345, and you are 0. Run both ends as the same user" in told(diagnose(url))


def test_strangers_among_the_lanes_are_told(folder: Path, url: str, service: ServiceProcess) -> None:
    (folder / "lanes").mkdir(exist_ok=True)
    (folder / "lanes" / "shopping list").touch()
    os.mkfifo(folder / "lanes" / "0123456789abcdef.up")
    words = told(diagnose(url))
    assert "holds what is no lane: 'shopping list'. Remove it" in words
    assert "1 clients wait to be let in" in words
    (folder / "lanes" / "shopping list").unlink()
    service.stop()
