"""systemd is told that the screen is up, that it lives, and that it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tft.conftest import StartScreen
from tests.tft.stand_in import StandIn

DEADLINE_S = 15.0


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket that systemd listens on, as a unit with WatchdogSec=0.5 sees it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(DEADLINE_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "500000")
        yield listener


def test_systemd_hears_of_start_life_and_end(systemd: socket.socket, start_screen: StartScreen) -> None:
    screen = start_screen()

    assert systemd.recv(100) == b"READY=1"
    assert [systemd.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    screen.process.terminate()
    last = b""
    while last != b"STOPPING=1":
        last = systemd.recv(100)
    assert screen.process.wait(DEADLINE_S) == 0


def test_a_screen_that_hangs_gives_no_sign_of_life(
    systemd: socket.socket, service: StandIn, start_screen: StartScreen
) -> None:
    service.start()
    screen = start_screen(program="tests.tft.faulty_screen")
    screen.wait_for(page="home")
    screen.touch("tab.files")

    screen.touch("hangs")

    systemd.settimeout(1.0)
    assert _silence(systemd)


def _silence(systemd: socket.socket) -> bool:
    """Whether it comes, before the signs of life of a screen that goes on would be many."""
    for _ in range(100):
        try:
            systemd.recv(100)
        except TimeoutError:
            return True
    return False
