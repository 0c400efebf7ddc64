"""A signal never hits a stranger, whatever lies in the folder."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

import ramwire
from tests.ramwire.presence.conftest import Room

HANDLES = "trap 'echo up' USR2; trap 'echo down' USR1"


def test_process_that_does_not_handle_the_signal_is_not_signalled(room: Room) -> None:
    stranger = room.bash("true")
    room.register(stranger.pid)
    assert room.announce() == []
    assert stranger.is_alive
    assert room.pids() == []


def test_process_that_ignores_the_signal_is_not_signalled(room: Room) -> None:
    stranger = room.bash("trap '' USR1 USR2")
    room.register(stranger.pid)
    assert room.announce() == []
    assert room.pids() == []


def test_number_of_a_thread_is_nobodys(room: Room) -> None:
    """The kernel would signal the process that it belongs to."""
    client = room.client()
    assert client.hear() == "False"
    guard = next(int(name) for name in os.listdir(f"/proc/{client.pid}/task") if int(name) != client.pid)
    room.register(guard)
    assert room.announce() == [client.pid]
    assert room.pids() == [str(client.pid)]


def test_file_older_than_the_process_is_anothers(room: Room) -> None:
    """The number has gone round, and the process that has it now handles the signal for its own ends."""
    stranger = room.bash(HANDLES)
    file = room.register(stranger.pid)
    started_s = time.time() - 2
    os.utime(file, (started_s, started_s))
    assert room.announce() == []
    assert room.pids() == []
    stranger.say("")
    assert stranger.hear() == ""


def test_file_of_a_client_of_ours_is_not_taken_for_the_next_process_with_its_number(room: Room) -> None:
    """Not even where the clock says that it is younger."""
    stranger = room.bash(HANDLES)
    client = room.client()
    client.hear()
    content = (room.path / "pids" / str(client.pid)).read_text().split()
    room.register(stranger.pid, f"{int(content[0]) - 100} {content[1]}\n")
    assert room.announce() == [client.pid]
    assert room.pids() == [str(client.pid)]


@pytest.mark.parametrize("jump_s", [-86400.0, 86400.0])
def test_clock_may_jump(room: Room, monkeypatch: pytest.MonkeyPatch, jump_s: float) -> None:
    client = room.client()
    client.hear()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump_s)
    assert room.announce() == [client.pid]


def test_file_from_the_future_tells_nothing(room: Room) -> None:
    """The clock was set back: nobody knows whether the file or the process came first."""
    stranger = room.bash(HANDLES)
    file = room.register(stranger.pid)
    os.utime(file, (time.time() + 600, time.time() + 600))
    assert room.announce() == []
    assert room.pids() == [str(stranger.pid)]


def test_foreign_client_may_say_when_it_was_started(room: Room) -> None:
    client = room.bash(HANDLES)
    started = Path(f"/proc/{client.pid}/stat").read_text().rpartition(")")[2].split()[19]
    file = room.register(client.pid, f"{started}\n")
    os.utime(file, (0, 0))
    assert room.announce() == [client.pid]


def test_dead_and_unburied_processes_are_struck_off(room: Room) -> None:
    with subprocess.Popen(["true"]) as dead:
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        room.register(dead.pid)
        assert room.announce() == []
        assert room.pids() == []
    room.register(dead.pid)
    room.register(4_000_000_000)
    room.register(9_999_999_999)
    assert room.announce() == []
    assert room.pids() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run another user's process")
def test_process_of_another_user_is_not_signalled(room: Room) -> None:
    stranger = room.start(
        "setpriv", "--reuid=12345", "--clear-groups", "bash", "-c", f"{HANDLES}; echo ready; read"
    )
    assert stranger.hear() == "ready"
    room.register(stranger.pid)
    assert room.announce() == []
    assert room.pids() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's file")
def test_file_of_another_user_is_not_believed(room: Room) -> None:
    client = room.bash(HANDLES)
    os.chown(room.register(client.pid), 12345, 12345)
    assert room.announce() == []


def test_junk_is_left_alone_and_signals_nobody(room: Room, tmp_path: Path) -> None:
    client = room.bash(HANDLES)
    room.register(client.pid).unlink()
    pids = room.path / "pids"
    names = ["0", "-1", "1x", "x", ".hidden", "1\n", "٣", "+1", "99999999999999999999", f"0{client.pid}"]
    for name in names:
        (pids / name).touch()
    secret = tmp_path / "secret"
    secret.touch()
    (pids / str(client.pid)).symlink_to(secret)
    (pids / "3").mkdir()
    os.mkfifo(pids / "4")
    assert room.announce() == []
    assert room.pids() == sorted([*names, str(client.pid), "3", "4"])
    assert secret.exists()


def test_giant_is_not_read(room: Room) -> None:
    client = room.bash(HANDLES)
    with room.register(client.pid).open("wb") as file:
        file.truncate(8 << 30)
    assert room.announce() == []


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"x" * 300_000, b"1 2 3", b"-5", b"0", b"9" * 100],
    ids=lambda content: repr(content[:12]),
)
def test_any_content_signals_the_registered_or_nobody(room: Room, content: bytes) -> None:
    client = room.bash(HANDLES)
    room.register(client.pid).write_bytes(content)
    assert room.announce() in ([], [client.pid])


@pytest.mark.parametrize("which", ["", "pids"])
def test_folder_that_is_a_link_is_refused(room: Room, tmp_path: Path, which: str) -> None:
    client = room.bash(HANDLES)
    room.register(client.pid)
    place = room.path / which if which else room.path
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ramwire.Refused):
        room.announce()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's folder")
@pytest.mark.parametrize("which", ["", "pids"])
def test_folder_of_another_user_is_refused(room: Room, which: str) -> None:
    room.register(1).unlink()
    os.chown(room.path / which, 12345, 12345)
    with pytest.raises(ramwire.Refused, match="another user"):
        room.announce()


def test_folder_that_others_could_write_to_is_closed_to_them(room: Room) -> None:
    room.register(1).unlink()
    (room.path / "pids").chmod(0o777)
    room.announce()
    assert oct((room.path / "pids").stat().st_mode & 0o777) == "0o700"
