"""Either end may come first, die and return: together again by themselves within five seconds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from octoland_api.shapes import Events, from_wire

from ramwire import ReplyLost, ServerGone, WireError
from tests.plugin.octoprint_process import ADMIN, OctoPrint, eventually

TOGETHER_S = 5.0


@pytest.fixture
def octoprint(tmp_path: Path) -> Iterator[OctoPrint]:
    octoprint = OctoPrint(tmp_path / "basedir")
    yield octoprint
    if octoprint.process is not None:
        octoprint.stop()


@pytest.mark.parametrize("end", [OctoPrint.stop, OctoPrint.kill], ids=["stopped", "killed"])
def test_one_who_waits_learns_of_the_end_and_goes_on_after_the_return(
    octoprint: OctoPrint, end: Callable[[OctoPrint], None]
) -> None:
    octoprint.start()
    with octoprint.client(timeout=30) as client:
        position = client.call("events", key=ADMIN.key)["next"]
        waiting = client.submit("events", key=ADMIN.key, after=position, wait_s=25)
        # One client's requests are taken in order: behind this one, the other is in OctoPrint's hands.
        client.call("status")

        end(octoprint)
        learnt = waiting.exception(timeout=15)
        # One that ends in order has answered those who waited.
        assert learnt is None or isinstance(learnt, (ServerGone, ReplyLost)), learnt

        octoprint.launch()
        eventually(lambda: _listens(octoprint), within_s=60)
        answer = from_wire(Events, eventually(lambda: _events(octoprint, position), within_s=TOGETHER_S))
    assert answer.lost
    assert answer.next != position


def test_a_client_that_came_first_finds_the_printer(octoprint: OctoPrint) -> None:
    with octoprint.client(timeout=60) as client:
        waiting = client.submit("status")
        octoprint.start()

        assert waiting.result(timeout=30)


def test_octoprint_starts_before_the_drive_is_there(octoprint: OctoPrint) -> None:
    octoprint.drive.chmod(0o500)
    if os.geteuid() == 0:
        # Nothing is forbidden to root: a file stands in the way instead.
        octoprint.drive.chmod(0o700)
        octoprint.drive.rmdir()
        octoprint.drive.write_text("not mounted yet", encoding="utf-8")
    octoprint.launch()
    eventually(lambda: "cannot be served at" in _log(octoprint), within_s=60)

    if octoprint.drive.is_file():
        octoprint.drive.unlink()
        octoprint.drive.mkdir(mode=0o700)
    octoprint.drive.chmod(0o700)
    eventually(lambda: _events(octoprint, ""), within_s=TOGETHER_S)

    assert _log(octoprint).count("cannot be served at") == 1


def test_octoprint_ends_in_time_and_leaves_nothing_on_the_drive(octoprint: OctoPrint) -> None:
    octoprint.start()
    octoprint.stop()

    place = octoprint.drive / "octoprint"
    assert [*(place / "server").iterdir(), *(place / "client").iterdir()] == []


def test_nothing_is_logged_as_an_error(octoprint: OctoPrint) -> None:
    octoprint.start()
    with octoprint.client() as client:
        client.call("status")
    octoprint.stop()

    ours = [line for line in _log(octoprint).splitlines() if "octoland" in line.lower()]
    assert [line for line in ours if " - ERROR - " in line or " - WARNING - " in line] == []
    assert any("Serving the printer at" in line for line in ours)


def _listens(octoprint: OctoPrint) -> bool:
    return (
        subprocess.run(
            ["curl", "-sf", "-o", "/dev/null", f"{octoprint.url}/online.txt"], check=False
        ).returncode
        == 0
    )


def _events(octoprint: OctoPrint, position: str) -> object:
    try:
        with octoprint.client(timeout=1) as client:
            return client.call("events", key=ADMIN.key, after=position)
    except WireError:
        return None


def _log(octoprint: OctoPrint) -> str:
    path = octoprint.basedir / "logs" / "octoprint.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""
