"""A service over FIFOs when things go wrong: with its ends, its folder, its FIFOs, its drive."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import idle_wake_ups, until

import ramwire
from tests.ramwire.connection.ends import fork_at_the_door_and_die
from tests.ramwire.forking import succeed_a_server_whose_child_lives_on

from .conftest import waits_in_poll

SHELL_CALL = 'printf "add [2,5]\\n" > "$1/send"; read -r answer < "$1/recv"; echo "$answer"'


def ask_in_shell(folder: Path) -> str:
    """What a shell is answered that adds 2 and 5."""
    command = ("bash", "-c", SHELL_CALL, "bash", str(folder))
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout


def is_served(folder: Path) -> bool:
    """Whether both FIFOs are there; the server reads `send` before it makes the next."""
    return all((folder / name).is_fifo() for name in ("door", "send", "recv"))


def waits(client: ramwire.Client, folder: Path, verb: str, *args: object) -> object:
    """A call that has to wait for the server, not for its own timeout."""
    answer = client.submit(verb, *args, timeout=60.0)
    until(lambda: is_served(folder))
    return answer.result(timeout=10)


def test_death_of_the_server_is_known_at_once(url: str, client: ramwire.Client) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as other:
        answer = client.submit("park", "x", timeout=600.0)
        until(lambda: other.call("parked") == ["x"])
        service.kill()
        assert isinstance(answer.exception(timeout=1.0), ramwire.ServerGone)


CALLER = """
import sys, ramwire
client = ramwire.Client(sys.argv[1])
client.call("echo", 1)
print("ready", flush=True)
sys.stdin.readline()
client.call("note", "dead", timeout=60.0)
"""


def test_request_of_a_dead_client_never_runs(url: str, client: ramwire.Client) -> None:
    """It lay before a stopped server when its sender died."""
    with ServiceProcess(url) as service:
        assert client.call("notes") == []
        with subprocess.Popen(
            [sys.executable, "-c", CALLER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as caller:
            assert caller.stdin is not None
            assert caller.stdout is not None
            caller.stdout.readline()
            service.pause()
            caller.stdin.write("go\n")
            caller.stdin.flush()
            until(lambda: waits_in_poll(caller.pid))  # as a caller does whose request is written
            caller.kill()
            caller.wait()
        service.send(signal.SIGCONT)
        assert client.call("notes") == []


@pytest.mark.parametrize("after", [signal.SIGKILL, signal.SIGCONT])
def test_stopped_client_harms_nobody(
    url: str, service: ServiceProcess, client: ramwire.Client, after: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as caller:
        assert caller.stdout is not None
        caller.stdout.readline()
        caller.send_signal(signal.SIGSTOP)
        assert [client.call("echo", number) for number in range(100)] == list(range(100))
        caller.send_signal(after)
        caller.kill()
    assert client.call("pid") == service.pid


def test_ends_may_start_in_any_order_again_and_again(url: str) -> None:
    for turn in range(6):
        if turn % 2:
            with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
                assert client.call("echo", turn) == turn
                service.stop()
        else:
            with ramwire.Client(url, timeout=10.0) as client:
                answer = client.submit("echo", turn)
                until(answer.running)
                with ServiceProcess(url):
                    assert answer.result() == turn


def test_nothing_is_left_when_both_have_gone(folder: Path, url: str) -> None:
    with ServiceProcess(url) as service:
        with ramwire.Client(url, timeout=10.0) as client:
            client.call("echo", 1)
        service.stop()
    assert not folder.exists()


def test_folder_that_was_there_before_is_left(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    with ServiceProcess(url) as service:
        with ramwire.Client(url, timeout=10.0) as client:
            client.call("echo", 1)
        service.stop()
    assert list(folder.iterdir()) == []


def test_what_the_dead_have_left_is_taken_over(folder: Path, url: str, client: ramwire.Client) -> None:
    """Thousands of lanes whose clients died, a stale lock, and a door with nobody behind it."""
    lanes = folder / "lanes"
    lanes.mkdir(parents=True, mode=0o700)
    for number in range(1000):
        os.mkfifo(lanes / f"{number:016x}.up")
        os.mkfifo(lanes / f"{number:016x}.down")
    os.mkfifo(folder / "door")
    (folder / "lock").write_text("999999\n")
    with ServiceProcess(url):
        assert client.call("echo", 1) == 1
        assert list(lanes.iterdir()) == []


def remove_all(folder: Path) -> None:
    shutil.rmtree(folder)


def remove_the_fifos(folder: Path) -> None:
    for name in ("send", "recv", "door"):
        (folder / name).unlink()


def move_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def replace_the_fifos(folder: Path) -> None:
    for name in ("send", "recv", "door"):
        (folder / name).unlink()
        os.mkfifo(folder / name)


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("lose", [remove_all, remove_the_fifos, move_away, replace_the_fifos])
def test_what_is_deleted_or_replaced_is_served_again(
    folder: Path, url: str, client: ramwire.Client, lose: Callable[[Path], None]
) -> None:
    """Clients that had joined do not even notice; others, and shells, go on at the new FIFOs."""
    assert client.call("echo", 1) == 1
    before = (folder / "send").stat().st_ino
    lose(folder)
    assert client.call("echo", 2) == 2
    until(lambda: is_served(folder) and (folder / "send").stat().st_ino != before, 1.0 + 1.0)
    assert ask_in_shell(folder) == "ok 7\n"
    with ramwire.Client(url, timeout=10.0) as newcomer:
        assert newcomer.call("echo", 3) == 3


def as_a_file(path: Path) -> None:
    path.write_text("precious")


def as_a_link(path: Path) -> None:
    path.symlink_to("/dev/null")


def as_a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.mark.parametrize("name", ["send", "recv", "door"])
@pytest.mark.parametrize("put", [as_a_file, as_a_link, as_a_socket, Path.mkdir])
def test_something_else_in_a_fifos_place_is_refused_and_left(
    folder: Path, url: str, put: Callable[[Path], None], name: str
) -> None:
    folder.mkdir(mode=0o700)
    put(folder / name)
    before = os.lstat(folder / name)
    with pytest.raises(ramwire.Refused, match=f"{name} is .*, where a FIFO belongs"):
        ramwire.Server(url).run()
    assert os.path.samestat(os.lstat(folder / name), before)


def test_client_is_told_of_a_regular_file_in_a_fifos_place(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    as_a_file(folder / "send")
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="send is a regular file"):
        client.call("echo", 1)
    assert (folder / "send").read_text() == "precious"


def test_server_lives_on_beside_a_regular_file_in_a_fifos_place(
    folder: Path, url: str, service: ServiceProcess, client: ramwire.Client
) -> None:
    assert client.call("pid") == service.pid
    (folder / "send").unlink()
    as_a_file(folder / "send")
    for number in range(3):
        with ramwire.Client(url, timeout=10.0) as newcomer:
            assert newcomer.call("echo", number) == number
    assert (folder / "send").read_text() == "precious"
    (folder / "send").unlink()
    until((folder / "send").is_fifo)
    assert ask_in_shell(folder) == "ok 7\n"


@pytest.mark.usefixtures("service")
def test_permissions_that_were_taken_are_given_back(folder: Path, client: ramwire.Client) -> None:
    for name in ("send", "recv"):
        (folder / name).chmod(0)
    (folder / "recv").unlink()
    until((folder / "recv").is_fifo)
    assert client.call("echo", 1) == 1
    assert (folder / "recv").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def small(folder: Path) -> Iterator[Path]:
    """The folder on a tmpfs that has few inodes."""
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=16,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def use_up_inodes(folder: Path) -> list[Path]:
    taken: list[Path] = []
    try:
        while True:
            path = folder / f"hog{len(taken)}"
            path.touch()
            taken.append(path)
    except OSError:
        return taken


def fill(hog: Path) -> None:
    with hog.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def test_drive_without_inodes_is_an_error_at_the_client(small: Path, url: str) -> None:
    """Clients that had joined need none; for others there is room when there is room."""
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as before:
        assert before.call("echo", 1) == 1
        hogs = use_up_inodes(small)
        assert before.call("echo", 2) == 2
        with ramwire.Client(url, timeout=10.0) as newcomer:
            with pytest.raises(ramwire.NoSpace, match="the drive is full"):
                newcomer.call("echo", 3)
            for hog in hogs:
                hog.unlink()
            assert newcomer.call("echo", 3) == 3


def test_drive_without_inodes_is_an_error_at_the_server(small: Path, url: str) -> None:
    hogs = use_up_inodes(small)
    with pytest.raises(ramwire.NoSpace, match="the drive is full"):
        ramwire.Server(url).run()
    for hog in hogs:
        hog.unlink()
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1


def test_full_drive_stops_nobody(small: Path, url: str) -> None:
    """What lies in a FIFO lies in memory, not on the drive."""
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        fill(small / "hog")
        assert client.call("echo", "x" * 200_000) == "x" * 200_000


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.usefixtures("service", "few_descriptors")
def test_client_without_descriptors_is_told_and_goes_on_later(url: str, client: ramwire.Client) -> None:
    assert client.call("echo", 1) == 1
    with ramwire.Client(url, timeout=10.0) as newcomer:
        fillers = use_up_descriptors()
        with pytest.raises(ramwire.Refused, match="Too many open files"):
            newcomer.call("echo", 2)
        assert client.call("echo", 3) == 3
        for filler in fillers:
            os.close(filler)
        assert newcomer.call("echo", 4) == 4


def use_up_descriptors() -> list[int]:
    """Every number below the limit, which is set low first, yet leaves room for a session later."""
    highest = max(map(int, os.listdir("/proc/self/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 32, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    taken: list[int] = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return taken


@pytest.mark.usefixtures("few_descriptors")
def test_server_without_descriptors_serves_whom_it_has_and_others_later(url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as before:
        assert before.call("echo", 1) == 1
        limits = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
        in_use = max(map(int, os.listdir(f"/proc/{service.pid}/fd"))) + 1
        resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (in_use, limits[1]))
        with ramwire.Client(url, timeout=10.0) as newcomer:
            with pytest.raises(ramwire.Timeout) as caught:
                newcomer.call("note", "never", timeout=0.3)
            assert not caught.value.may_have_run
            assert before.call("notes") == []
            resource.prlimit(service.pid, resource.RLIMIT_NOFILE, limits)
            assert newcomer.call("echo", 2) == 2


def test_no_inotify_left_is_told_in_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError(24, "Too many open files", "inotify_init1")

    monkeypatch.setattr("ramwire.ramdrive.watch.Inotify.__init__", refuse)
    with pytest.raises(ramwire.Refused, match="Too many open files"):
        ramwire.Server(url).run()
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="Too many open files"):
        client.call("echo", 1)


@pytest.mark.usefixtures("service")
def test_clock_that_jumps_ends_no_call(client: ramwire.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No time of day is ever asked for."""

    def never() -> float:
        raise AssertionError("the wire asked for the time of day")

    monkeypatch.setattr(time, "time", never)
    monkeypatch.setattr(time, "time_ns", never)
    assert client.call("sleep", 0.05) == 0.05
    with pytest.raises(ramwire.Timeout):
        client.call("park", "x", timeout=0.05)


def test_child_forked_while_a_session_began_does_not_hide_its_parents_death(url: str) -> None:
    fork_at_the_door_and_die(url)


def test_forked_child_of_a_server_does_not_hold_its_place(url: str) -> None:
    succeed_a_server_whose_child_lives_on(url)


@pytest.mark.usefixtures("service")
def test_many_threads_come_and_go(url: str) -> None:
    def work(number: int) -> None:
        with ramwire.Client(url, timeout=20.0) as client:
            answers.append(client.call("echo", number))

    answers: list[int] = []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(40))


def test_knock_among_very_many_is_heard(folder: Path, service: ServiceProcess) -> None:
    """However the server's reads of its door cut what clients have written there."""
    service.pause()
    door = os.open(folder / "door", os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(door, b"%016x\n" % 0 * 240)
        with ramwire.Client(f"fifo:{folder}", timeout=10.0) as client:
            answer = client.submit("echo", 1)
            until(lambda: _bytes_in(door) == 241 * 17)
            service.send(signal.SIGCONT)
            assert answer.result() == 1
    finally:
        os.close(door)


def _bytes_in(fifo: int) -> int:
    return int.from_bytes(fcntl.ioctl(fifo, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_lane_of_a_client_that_has_gone_keeps_nobody_busy(
    folder: Path, url: str, service: ServiceProcess
) -> None:
    for _ in range(3):
        with ramwire.Client(url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1
    assert list((folder / "lanes").glob("*")) == []
    assert not idle_wake_ups(service.pid, 0.3)


def test_program_that_never_closes_leaves_nothing(folder: Path, url: str) -> None:
    program = (
        "import sys, ramwire\nclient = ramwire.Client(sys.argv[1])\n"
        "try:\n    client.call('echo', 1, timeout=0.05)\nexcept ramwire.Timeout:\n    pass\n"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True)
    assert not folder.exists()


def test_descriptors_do_not_pile_up(url: str, service: ServiceProcess) -> None:
    def open_now() -> list[int]:
        return [len(os.listdir(f"/proc/{pid}/fd")) for pid in ("self", str(service.pid))]

    def come_and_go() -> None:
        with ramwire.Client(url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1

    before = open_now()
    for _ in range(20):
        come_and_go()
    until(lambda: open_now() == before)


def test_door_that_a_killed_server_had_not_finished_goes_with_the_next(url: str) -> None:
    folder = Path(url.removeprefix("fifo:").partition("?")[0])
    with ServiceProcess(url) as service:
        os.mkfifo(folder / ".door.4194999", 0o600)
        service.kill()
    ServiceProcess(url).stop()
    assert not folder.exists()
