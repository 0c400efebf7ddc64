"""The `unix:` wire when things go wrong."""

from __future__ import annotations

import concurrent.futures
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Listener
from pathlib import Path
from typing import Callable

import pytest
from ramwire.ramdrive import watch
from ramwire.testing import ServiceProcess
from ramwire.testing.process import idle_wake_ups, thread_states, until

import ramwire
from tests.ramwire.connection.ends import program
from tests.ramwire.connection.faults import ConnectionFaults

Harm = Callable[[Path], None]


class TestUnixFaults(ConnectionFaults):
    """What all connections live through."""


def serving(url: str) -> ramwire.Server:
    return ramwire.Server(url, verbs={"echo": lambda value=None: value, "pid": os.getpid})


def call(url: str, value: object) -> object:
    """By a client that was not there before."""
    with ramwire.Client(url, timeout=10.0) as client:
        return client.call("echo", value)


@pytest.fixture
def bare(drive: Path) -> str:
    """An address without a key file of its own."""
    return f"unix:{drive}/service"


# A request that is given up.


@pytest.mark.parametrize("size", [10, 4000, 5000, 100_000, 3_000_000])
def test_request_of_any_size_is_withdrawn_from_a_stopped_server(url: str, size: int) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
        client.call("echo", 1)
        service.pause()
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("note", "x" * size, timeout=0.1)
        assert not caught.value.may_have_run
        service.send(signal.SIGCONT)
        assert client.call("notes") == []


@pytest.mark.parametrize("size", [10, 100_000])
def test_request_that_a_dead_server_had_not_taken_goes_to_the_next(url: str, size: int) -> None:
    with ramwire.Client(url, timeout=20.0) as client:
        with ServiceProcess(url) as first:
            client.call("echo", 1)
            first.pause()
            answer = client.submit("echo", "x" * size)
            until(answer.running)
            first.kill()
        with ServiceProcess(url):
            assert answer.result() == "x" * size


# What lies beside the socket.


def test_all_that_a_server_makes_is_its_users_alone(drive: Path) -> None:
    with serving(f"unix:{drive}/new/folder/service"):
        modes = {path.name: path.lstat().st_mode & 0o777 for path in (drive / "new/folder").iterdir()}
        assert modes == {"service": 0o600, "service.key": 0o600, "service.lock": 0o600}
        assert (drive / "new/folder").stat().st_mode & 0o777 == 0o700
    assert sorted(os.listdir(drive / "new/folder")) == ["service.key", "service.lock"]


def test_key_outlives_its_server(drive: Path, bare: str) -> None:
    keys = set()
    for _ in range(2):
        with serving(bare):
            keys.add((drive / "service.key").read_text())
    assert len(keys) == 1
    assert len(keys.pop()) == 64


def test_key_may_come_from_the_environment(drive: Path, bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMWIRE_AUTHKEY", "shared")
    with serving(bare):
        assert call(bare, 1) == 1
        assert not (drive / "service.key").exists()
        monkeypatch.setenv("RAMWIRE_AUTHKEY", "another")
        with pytest.raises(ramwire.Refused, match="another key"):
            call(bare, 2)


def test_key_file_that_others_can_read_is_refused(drive: Path, bare: str) -> None:
    (drive / "service.key").write_text("known to all")
    (drive / "service.key").chmod(0o644)
    with serving(bare):
        assert call(bare, 1) == 1  # the folder keeps others out
    drive.chmod(0o711)
    with pytest.raises(ramwire.Refused, match="chmod 600"):
        serving(bare).start()


def test_path_may_be_longer_than_a_sockets_address(drive: Path) -> None:
    url = f"unix:{drive}/{'folder/' * 30}service"
    with serving(url):
        assert call(url, 1) == 1
        with pytest.raises(ramwire.Refused, match=str(os.getpid())):
            serving(url).start()


# What stands at its name when the server starts.


def test_socket_that_a_killed_server_left_is_replaced(drive: Path, bare: str) -> None:
    with ServiceProcess(bare) as service:
        service.kill()
    assert (drive / "service").is_socket()
    with serving(bare):
        assert call(bare, 1) == 1


@pytest.mark.parametrize("kind", ["file", "folder", "link", "fifo"])
def test_what_is_no_socket_is_refused_and_left_alone(drive: Path, bare: str, kind: str) -> None:
    place = drive / "service"
    make: dict[str, Callable[[], object]] = {
        "file": lambda: place.write_text("kept"),
        "folder": place.mkdir,
        "link": lambda: place.symlink_to(drive / "elsewhere"),
        "fifo": lambda: os.mkfifo(place),
    }
    make[kind]()
    before = place.lstat()
    with pytest.raises(ramwire.Refused, match="is no socket"):
        serving(bare).start()
    with ramwire.Client(bare) as client, pytest.raises(ramwire.Refused, match="is no socket"):
        client.call("echo", 1)
    assert place.lstat() == before


def test_socket_of_another_programs_live_server_is_refused(drive: Path, bare: str) -> None:
    with Listener(f"{drive}/service", authkey=b"key"):
        with pytest.raises(ramwire.Refused, match=f"by process {os.getpid()}"):
            serving(bare).start()
        assert (drive / "service").is_socket()


@pytest.mark.parametrize("name", ["service.lock", "service.key"])
def test_link_in_place_of_a_file_beside_it_is_not_followed(drive: Path, bare: str, name: str) -> None:
    (drive / name).symlink_to(drive / "target")
    with pytest.raises(ramwire.Refused):
        serving(bare).start()
    assert not (drive / "target").exists()


def test_folder_that_others_may_change_is_refused(drive: Path) -> None:
    (drive / "open").mkdir()
    (drive / "open").chmod(0o777)
    url = f"unix:{drive}/open/service"
    with pytest.raises(ramwire.Refused, match="chmod o-w"):
        serving(url).start()
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="chmod o-w"):
        client.call("echo", 1)


def test_folder_without_room_is_an_error_and_serves_once_there_is_some(drive: Path) -> None:
    """No inode is left for a lock, a key and a socket."""
    options = "size=64k,nr_inodes=3,mode=700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(drive)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        url = f"unix:{drive}/service"
        with pytest.raises(ramwire.NoSpace, match="No space left"):
            serving(url).start()
        subprocess.run(["mount", "-o", "remount,nr_inodes=10", str(drive)], check=True)
        with serving(url):
            assert call(url, 1) == 1
    finally:
        subprocess.run(["umount", "-l", str(drive)], check=True)


def test_other_user_is_told(drive: Path, bare: str) -> None:
    if os.geteuid():
        pytest.skip("only root can be another user")
    drive.chmod(0o711)
    source = (
        "import os, sys, ramwire, ramwire.client, ramwire.unix.client\nos.setuid(65534)\n"
        "try:\n    ramwire.Client(sys.argv[1]).call('echo', 1)\nexcept ramwire.Refused as error:\n"
        "    print(error)\n"
    )
    with serving(bare):
        done = subprocess.run(
            [sys.executable, "-c", source, bare], check=True, capture_output=True, text=True
        )
    assert "Permission denied" in done.stdout


# What happens to it under a live server.


def lose_socket(drive: Path) -> None:
    (drive / "service").unlink()


def lose_all(drive: Path) -> None:
    for path in drive.iterdir():
        path.unlink()


def lose_key(drive: Path) -> None:
    (drive / "service.key").unlink()


def lose_lock(drive: Path) -> None:
    (drive / "service.lock").unlink()


def move_socket(drive: Path) -> None:
    (drive / "service").rename(drive / "elsewhere")


def replace_socket(drive: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(f"{drive}/new")
    (drive / "new").rename(drive / "service")


@pytest.mark.parametrize(
    "harm",
    [lose_socket, lose_all, lose_key, lose_lock, move_socket, replace_socket],
    ids=lambda harm: harm.__name__,
)
def test_server_serves_anew_where_its_files_are_lost(drive: Path, bare: str, harm: Harm) -> None:
    with serving(bare), ramwire.Client(bare, timeout=10.0) as old:
        assert old.call("echo", 1) == 1
        before = inodes(drive)
        harm(drive)
        until(
            lambda: (
                inodes(drive).keys() >= {"service", "service.key", "service.lock"} and inodes(drive) != before
            )
        )
        until(lambda: call(bare, 2) == 2)
        assert old.call("echo", 3) == 3  # who is there already stays


def inodes(drive: Path) -> dict[str, int]:
    with os.scandir(drive) as entries:  # which says it of files too that go meanwhile
        return {entry.name: entry.inode() for entry in entries if entry.name.startswith("service")}


@pytest.mark.parametrize("harm", ["deleted", "moved"])
def test_server_serves_anew_where_its_folder_is_lost(drive: Path, harm: str) -> None:
    folder = drive / "folder"
    url = f"unix:{folder}/service"
    with serving(url):
        assert call(url, 1) == 1
        shutil.rmtree(folder) if harm == "deleted" else folder.rename(drive / "elsewhere")
        until((folder / "service").is_socket)
        assert call(url, 2) == 2


def test_file_that_takes_the_sockets_place_is_left_alone_until_it_goes(
    drive: Path, bare: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = drive / "service"
    with serving(bare):
        (drive / "new").write_text("kept")
        (drive / "new").rename(place)
        until(lambda: "until there is room" in caplog.text)
        assert place.read_text() == "kept"
        with ramwire.Client(bare, timeout=10.0) as client, pytest.raises(ramwire.Refused, match="no socket"):
            client.call("echo", 1)
        place.unlink()
        until(place.is_socket)
        assert call(bare, 2) == 2


def test_server_whose_place_another_has_taken_ends_and_says_why(drive: Path, bare: str) -> None:
    """It was stopped, and its files were removed, when the other came."""
    source = (
        "import sys, ramwire\nserver = ramwire.Server(sys.argv[1])\nserver.start()\n"
        "print('ready', flush=True)\n"
        "try:\n    server.wait()\nexcept ramwire.Refused as error:\n    print(error)\n"
    )
    with program(source, bare) as first:
        assert first.stdout is not None
        first.send_signal(signal.SIGSTOP)
        until(lambda: set(thread_states(first.pid)) == {"T"})
        lose_all(drive)
        with ServiceProcess(bare) as second:
            first.send_signal(signal.SIGCONT)
            assert f"by process {second.pid}" in first.stdout.readline()
            assert call(bare, 1) == 1


# A client that comes first.


def test_client_that_waits_for_its_server_does_not_poll(bare: str) -> None:
    source = (
        "import sys, ramwire\nprint('ready', flush=True)\n"
        "ramwire.Client(sys.argv[1]).call('echo', 1, timeout=600.0)\n"
    )
    with program(source, bare) as caller:
        assert idle_wake_ups(caller.pid) == 0


def test_client_waits_through_files_that_are_not_its_servers(drive: Path, bare: str) -> None:
    with ramwire.Client(bare, timeout=20.0) as client:
        answer = client.submit("echo", 1)
        until(answer.running)
        for number in range(50):
            (drive / f"other{number}").write_text("")
        with serving(bare):
            assert answer.result() == 1


def test_client_waits_where_a_dead_servers_socket_lies(drive: Path, bare: str) -> None:
    with ServiceProcess(bare) as service:
        service.kill()
    assert (drive / "service").is_socket()
    with ramwire.Client(bare, timeout=20.0) as client:
        answer = client.submit("echo", 1)
        until(answer.running)
        with pytest.raises(concurrent.futures.TimeoutError):
            answer.result(timeout=1.0)
        with serving(bare):
            assert answer.result() == 1


def test_idle_server_is_not_woken_by_its_neighbours(drive: Path, bare: str) -> None:
    with ServiceProcess(bare) as service:
        call(bare, 1)
        over = threading.Event()

        def write() -> None:
            while not over.wait(0.1):
                (drive / "neighbour").write_text("")
                (drive / "neighbour").unlink()

        writing = threading.Thread(target=write)
        writing.start()
        try:
            assert idle_wake_ups(service.pid) == 0
        finally:
            over.set()
            writing.join()


def test_folder_of_a_waiting_client_may_be_made_anew(drive: Path) -> None:
    folder = drive / "folder"
    url = f"unix:{folder}/service"
    with ramwire.Client(url, timeout=20.0) as client:
        answer = client.submit("echo", 1)
        until(folder.is_dir)
        shutil.rmtree(folder)
        with serving(url):
            assert answer.result() == 1


def test_end_that_may_watch_no_more_files_is_told(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def used_up() -> None:
        raise watch.WatchesUsedUp("this user may have no more inotify instances")

    monkeypatch.setattr(watch, "Inotify", used_up)
    with pytest.raises(ramwire.Refused, match="no more inotify instances"):
        serving(bare).start()
    with ramwire.Client(bare) as client, pytest.raises(ramwire.Refused, match="no more inotify instances"):
        client.call("echo", 1)
