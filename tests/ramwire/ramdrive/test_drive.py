"""The drive itself fails: it is full, missing, mounted over, deleted or replaced."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.ramdrive import foreign
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire


def mount(folder: Path, options: str) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.decode().strip()}")


@pytest.fixture
def root(drive: Path) -> Iterator[Path]:
    """A mount point that has nothing on it yet; whatever is mounted there is taken away again."""
    root = drive / "ramdrive"
    root.mkdir()
    yield root
    subprocess.run(["umount", "-l", str(root)], capture_output=True, check=False)


@pytest.fixture
def url(root: Path) -> str:
    return f"ramdrive:{root}/service"


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client


def fill(root: Path) -> Path:
    """Take every byte that is left."""
    hog = root / "hog"
    with hog.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return hog


def call_again(client: ramwire.Client, verb: str, *args: object) -> object:
    """Also where the first call was under way when the folders went."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return client.call(verb, *args)
        except (ramwire.ServerGone, ramwire.ReplyLost):
            assert time.monotonic() < deadline


def test_request_that_has_no_room_is_an_error_at_its_sender(
    root: Path, url: str, client: ramwire.Client
) -> None:
    mount(root, "size=256k,mode=700")
    with ServiceProcess(url):
        assert client.call("echo", 1) == 1
        hog = fill(root)
        with pytest.raises(ramwire.NoSpace, match="the drive is full"):
            client.call("echo", "x" * 20_000)
        hog.unlink()
        assert client.call("echo", "x" * 20_000) == "x" * 20_000


def test_first_request_on_a_full_drive_is_an_error(root: Path, url: str) -> None:
    mount(root, "size=64k,nr_inodes=12,mode=700")
    with ServiceProcess(url), ramwire.Client(url) as client:
        extra = 0
        try:
            while True:
                (root / f"file{extra}").touch()
                extra += 1
        except OSError:
            pass
        with pytest.raises(ramwire.NoSpace):
            client.call("echo", 1)
        for number in range(extra):
            (root / f"file{number}").unlink()
        assert client.call("echo", 1) == 1


def test_answer_that_has_no_room_is_an_error_at_the_caller(
    root: Path, url: str, client: ramwire.Client
) -> None:
    mount(root, "size=256k,mode=700")
    server = ramwire.Server(url)
    server.verb(name="big")(lambda: "x" * 100_000)
    with server:
        assert client.call("big") == "x" * 100_000
        with ramwire.Client(url, timeout=10.0) as other:
            other.ping()
            hog = fill(root)
            with pytest.raises(ramwire.ReplyLost, match="no room"):
                other.call("big")
        hog.unlink()
        assert client.call("big") == "x" * 100_000


def test_both_ends_come_together_when_the_drive_is_mounted_under_them(root: Path, url: str) -> None:
    """Both were there before it: they are on the folder beneath, and move."""
    server = ramwire.Server(url)
    server.verb(name="where")(lambda: os.path.ismount(root))
    with server, ramwire.Client(url, timeout=5.0) as client:
        assert client.call("where") is False
        mount(root, "mode=700")
        until((root / "service" / "server").is_dir, 5.0)
        assert client.call("where") is True
        assert {"server", "client"} <= set(os.listdir(root / "service"))


def test_both_ends_come_together_when_another_drive_is_mounted_over_theirs(root: Path, url: str) -> None:
    mount(root, "mode=700")
    below = root.stat().st_dev
    server = ramwire.Server(url, verbs={"drive": lambda: root.stat().st_dev})
    with server, ramwire.Client(url, timeout=5.0) as client:
        assert client.call("drive") == below
        mount(root, "mode=700")
        try:
            until((root / "service" / "server").is_dir, 5.0)
            with ramwire.Client(url, timeout=5.0) as other:
                assert call_again(other, "drive") == call_again(client, "drive") != below
        finally:
            subprocess.run(["umount", "-l", str(root)], check=True)
        until(lambda: call_again(client, "drive") == below)


def test_client_that_waits_moves_with_the_drive(root: Path, url: str, client: ramwire.Client) -> None:
    answer = client.submit("echo", 1)
    until(lambda: (root / "service" / "server").is_dir() and os.listdir(root / "service" / "server"))
    mount(root, "mode=700")
    with ServiceProcess(url):
        assert answer.result() == 1


@pytest.mark.parametrize("how", ["deleted", "replaced", "only server/", "only client/", "only lanes/"])
def test_folders_that_vanish_are_made_again(root: Path, url: str, client: ramwire.Client, how: str) -> None:
    service = root / "service"
    with ServiceProcess(url):
        assert client.call("echo", 1) == 1
        if how == "deleted":
            shutil.rmtree(service)
        elif how == "replaced":
            service.rename(root / "old")
            service.mkdir(mode=0o700)
        else:
            shutil.rmtree(service / how.split()[1])
        assert call_again(client, "echo", 2) == 2
        until((service / "server").is_dir)


def test_reply_outlives_a_jump_of_the_clock(root: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Pi without a battery learns the time from the net; who reads slowly still gets its reply."""
    monkeypatch.setattr(foreign, "_SWEEP_EVERY_S", 0.0)
    server = ramwire.Server(f"{url}?stale=1e9", verbs={"add": lambda a, b: a + b})
    folder = root / "service"
    with server:
        for number in range(3):
            (folder / "server" / f"20260101000000_{number}.txt").write_text("add [2, 5]\n")
            until((folder / "client" / f"20260101000000_{number}.txt").exists)
            now_s = time.time()
            monkeypatch.setattr(time, "time", lambda: now_s + 3600)  # noqa: B023
        assert len(os.listdir(folder / "client")) == 3


def test_server_that_loses_its_folders_to_another_ends_with_the_reason(
    root: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is raised to whoever waits for the server, and not logged beside."""
    others, mine = root / "others", root / "service"
    others.mkdir()
    mount(others, "mode=700")
    (others / "lanes").mkdir(mode=0o700)

    async def serve() -> None:
        running = asyncio.create_task(ramwire.AsyncServer(url).run())
        await asyncio.to_thread(until, (mine / "lanes" / "bell").exists)
        subprocess.run(["mount", "--bind", others, mine], check=True)
        await asyncio.wait_for(running, 10)

    with (others / "lanes" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with pytest.raises(ramwire.Refused, match="served already"):
                asyncio.run(serve())
        finally:
            for folder in (mine, others):
                subprocess.run(["umount", "-l", folder], capture_output=True, check=False)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_folder_that_cannot_be_made_is_refused_with_its_path(drive: Path) -> None:
    (drive / "file").touch()
    with pytest.raises(ramwire.Refused, match="file/service"):
        ramwire.Client(f"ramdrive:{drive}/file/service").call("echo", 1)


def test_doctor_finds_what_is_wrong_and_what_to_do(root: Path, url: str) -> None:
    assert not ramwire.diagnose(url).healthy
    with ServiceProcess(url) as service:
        diagnosis = ramwire.diagnose(url)
        assert diagnosis.healthy
        assert any(str(service.pid) in finding.what for finding in diagnosis.findings)
        service.pause()
        stopped = [finding for finding in ramwire.diagnose(url).findings if finding.level == "fault"]
        assert [finding.remedy for finding in stopped] == [f"kill -CONT {service.pid}"]
    (root / "service" / "server" / "odd").touch()
    assert any("'odd'" in finding.what for finding in ramwire.diagnose(url).findings)


@pytest.mark.parametrize("is_on_disk", [False, True])
def test_doctor_tells_a_disk_from_a_ram_drive(root: Path, tmp_path: Path, is_on_disk: bool) -> None:
    if _is_on_tmpfs(tmp_path) or not _is_on_tmpfs(root):
        pytest.skip("needs a folder on a disk, and one on a RAM drive")
    place = tmp_path if is_on_disk else root
    with ServiceProcess(f"ramdrive:{place}/service"):
        diagnosis = ramwire.diagnose(f"ramdrive:{place}/service")
    assert diagnosis.healthy
    on_disk = [finding for finding in diagnosis.findings if finding.what.endswith("is on a disk")]
    assert [finding.level for finding in on_disk] == ["note"] * is_on_disk


def _is_on_tmpfs(path: Path) -> bool:
    found = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=True)
    return found.stdout.strip() == "tmpfs"


@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf"])
def test_wrong_value_of_an_option_is_told_by_the_server_and_the_doctor(url: str, value: str) -> None:
    with pytest.raises(ramwire.Refused, match=f"stale={value} is not a number of seconds"):
        ramwire.Server(f"{url}?stale={value}")
    fault = ramwire.diagnose(f"{url}?stale={value}").findings[0]
    assert (fault.level, fault.remedy) == ("fault", "Give a number of seconds, as in ?stale=10.")
