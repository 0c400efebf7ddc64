"""Descriptors and threads do not pile up: in long lives, and where something fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ramwire.ramdrive import watch
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until
from ramwire.testing.service import serve

import ramwire


@pytest.fixture
def url(drive: Path) -> str:
    return f"ramdrive:{drive}/service"


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_ends_that_come_and_go_leave_no_descriptors_and_threads(url: str) -> None:
    before = descriptors(), threading.active_count()
    for _ in range(10):
        with serve(url), ramwire.Client(url) as client:
            assert client.call("echo", 1) == 1
            client.submit("echo", 1).result()
    until(lambda: descriptors() <= before[0] and threading.active_count() <= before[1])


def test_server_keeps_nothing_of_clients_that_have_gone(url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url) as witness:
        witness.call("echo", 1)
        before = len(os.listdir(f"/proc/{service.pid}/fd"))
        for _ in range(100):
            with ramwire.Client(url) as client:
                client.call("echo", 1)
        until(lambda: len(os.listdir(f"/proc/{service.pid}/fd")) == before)


def test_client_that_cannot_watch_folders_leaks_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: watch.Inotify) -> None:
        raise OSError("no inotify instance is left")

    with ramwire.Client(url) as client:
        with pytest.raises(ramwire.Timeout):
            client.call("echo", timeout=0.01)
        monkeypatch.setattr(watch.Inotify, "__init__", fail)
        seen = set()
        for _ in range(3):
            with pytest.raises(ramwire.Refused, match="no inotify instance"):
                client.call("echo")
            seen.add(descriptors())
        assert len(seen) == 1


def test_start_that_fails_can_be_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a drive that is full, or where inotify is used up: the name is not held by the failed start."""

    def fail(_: watch.Inotify) -> None:
        raise OSError("no inotify instance is left")

    def write_nothing(*_: object) -> int:
        raise OSError("no space is left")

    server = ramwire.Server(url)
    before = descriptors()
    with monkeypatch.context() as broken:
        broken.setattr(watch.Inotify, "__init__", fail)
        with pytest.raises(ramwire.Refused, match="no inotify instance"):
            server.start()
    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", write_nothing)
        with pytest.raises(ramwire.Refused, match="no space is left"):
            server.start()
    assert descriptors() == before
    with server:
        pass


@pytest.fixture
def nobody(drive: Path) -> int:
    """The uid of a user whom a folder's mode stops."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    drive.chmod(0o755)
    os.chown(drive, 65534, 65534)
    return 65534


def test_server_outlives_folders_that_nobody_may_read(drive: Path, url: str, nobody: int) -> None:
    # Imported first: that user may not read our sources.
    program = """if True:
        import os, sys, threading, ramwire.ramdrive.server, ramwire.testing.service, ramwire.ramdrive.replies
        os.setuid(int(sys.argv.pop(1)))
        ramwire.testing.service.main()
    """
    with subprocess.Popen(
        [sys.executable, "-c", program, str(nobody), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        folder = drive / "service" / "server"
        folder.chmod(0)
        (drive / "service" / "lanes" / "bell").write_bytes(b"something that has it look everywhere")
        assert server.stderr is not None
        assert any("could not be looked at" in server.stderr.readline() for _ in range(2))
        folder.chmod(0o700)
        leave_as(nobody, folder / "20260101000000_1.txt")
        reply = drive / "service" / "client" / "20260101000000_1.txt"
        until(reply.exists)
        assert reply.read_text() == "7"
        server.send_signal(signal.SIGKILL)


def leave_as(user: int, path: Path) -> None:
    """A request whole and of that user's, appearing at once."""
    hidden = path.parent.parent / "request"
    hidden.write_text("add [2,5]\n")
    os.chown(hidden, user, user)
    hidden.rename(path)


def test_doctor_tells_another_user_that_the_drive_is_closed_to_him(
    url: str, nobody: int, drive: Path
) -> None:
    drive.chmod(0o700)
    os.chown(drive, 0, 0)
    program = """if True:
        import os, sys, ramwire, ramwire.registry, ramwire.ramdrive.examine
        os.setuid(int(sys.argv[1]))
        print([(found.what, found.remedy) for found in ramwire.diagnose(sys.argv[2]).findings])
    """
    done = subprocess.run(
        [sys.executable, "-c", program, str(nobody), url], capture_output=True, text=True, check=True
    )
    assert "may not be looked at by this user" in done.stdout
    assert "does not exist" not in done.stdout
