"""Ends that die or stand still, a folder that goes, a drive without room: what is left, and who is told."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.forking import succeed_a_server_whose_child_lives_on
from tests.ramwire.jsonfile.conftest import Place

CALLER = """
import os, sys, ramwire
client = ramwire.Client(sys.argv[1], timeout=10.0)
number = 0
os.write(1, b"ready\\n")
while True:
    number += 1
    assert client.call("echo", [os.getpid(), number]) == [os.getpid(), number]
"""


@pytest.fixture
def kills() -> int:
    return int(os.environ.get("RAMWIRE_STORM", "12"))


def test_servers_killed_under_load_answer_wrongly_never(
    place: Place, client: ramwire.Client, kills: int
) -> None:
    """Each call ends in its own value or in ServerGone; none runs twice, and nothing is left."""
    luck = random.Random(1)  # noqa: S311 - luck, not a secret
    sent = answered = gone = 0
    for _ in range(kills):
        with ServiceProcess(place.url) as service:
            answers = [client.submit("echo", sent + number, timeout=60.0) for number in range(20)]
            luck.choice(answers).exception(timeout=20)
            service.kill()
        with ServiceProcess(place.url) as survivor:
            for number, answer in enumerate(answers, sent):
                try:
                    assert answer.result(timeout=20) == number
                    answered += 1
                except ramwire.ServerGone:
                    gone += 1
            survivor.kill()
        sent += len(answers)
    assert answered + gone == sent
    assert gone <= kills
    client.close()
    until(lambda: not place.left())


def test_clients_killed_under_load_leave_nothing(
    place: Place, service: ServiceProcess, client: ramwire.Client, kills: int
) -> None:
    luck = random.Random(2)  # noqa: S311 - luck, not a secret
    for number in range(kills):
        with subprocess.Popen([sys.executable, "-c", CALLER, place.url], stdout=subprocess.PIPE) as caller:
            assert caller.stdout is not None
            caller.stdout.readline()
            for _ in range(luck.randrange(20)):
                assert client.call("echo", number) == number
            caller.kill()
    assert client.call("pid") == service.pid
    client.close()
    until(lambda: not place.left())


def test_death_of_the_server_is_known_at_once(place: Place, client: ramwire.Client) -> None:
    with ServiceProcess(place.url) as service:
        answer = client.submit("park", "x", timeout=700.0)
        with ramwire.Client(place.url) as other:
            until(lambda: other.call("parked") == ["x"])
        service.kill()
        assert isinstance(answer.exception(timeout=1.0), ramwire.ServerGone)


def test_answer_that_was_written_before_the_server_died_counts(place: Place, client: ramwire.Client) -> None:
    """The client stood still when both happened."""
    with ServiceProcess(place.url) as service:
        program = (
            "import sys, ramwire\nclient = ramwire.Client(sys.argv[1], timeout=60.0)\n"
            "client.call('echo', 1)\nprint('ready', flush=True)\n"
            "print(client.call('park', 'x'), flush=True)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, place.url], stdout=subprocess.PIPE, text=True
        ) as caller:
            assert caller.stdout is not None
            caller.stdout.readline()
            until(lambda: client.call("parked") == ["x"])
            caller.send_signal(signal.SIGSTOP)
            client.call("release", "x", 7)
            until(lambda: any(entry.get("result") == 7 for entry in place.commands().values()))
            service.kill()
            caller.send_signal(signal.SIGCONT)
            assert caller.stdout.readline() == "7\n"


def test_request_of_a_dead_client_never_runs(place: Place, client: ramwire.Client) -> None:
    program = "import sys, ramwire\nramwire.Client(sys.argv[1]).call('note', 'dead', timeout=60.0)\n"
    with subprocess.Popen([sys.executable, "-c", program, place.url]) as caller:
        until(lambda: place.path.exists() and place.commands())
        caller.kill()
    with ServiceProcess(place.url):
        assert client.call("notes") == []
        assert place.commands() == {}


def test_request_of_a_client_that_died_before_a_stopped_server_never_runs(
    place: Place, service: ServiceProcess, client: ramwire.Client
) -> None:
    assert client.call("notes") == []
    service.pause()
    program = "import sys, ramwire\nramwire.Client(sys.argv[1]).call('note', 'dead', timeout=60.0)\n"
    with subprocess.Popen([sys.executable, "-c", program, place.url]) as caller:
        until(place.commands)
        caller.kill()
    service.send(signal.SIGCONT)
    assert client.call("notes") == []


def test_program_that_never_closes_leaves_nothing(place: Place) -> None:
    program = (
        "import sys, ramwire\nclient = ramwire.Client(sys.argv[1])\n"
        "try:\n    client.call('echo', 1, timeout=0.05)\nexcept ramwire.Timeout:\n    pass\n"
    )
    subprocess.run([sys.executable, "-c", program, place.url], check=True)
    assert place.left() == []


def test_server_killed_with_the_lock_in_its_hand_holds_up_nobody(
    place: Place, client: ramwire.Client
) -> None:
    """The kernel lets go of it; what was half written lies beside, and is written over."""
    with ServiceProcess(place.url) as service:
        client.call("echo", 1)
        service.kill()
    (place.beside / "new").write_text("half")
    with ServiceProcess(place.url):
        assert client.call("echo", 2) == 2
    assert not (place.beside / "new").exists()


def test_second_server_is_told_who_serves(place: Place, service: ServiceProcess) -> None:
    with pytest.raises(ramwire.Refused, match=f"process {service.pid}"):
        ramwire.Server(place.url).start()


@pytest.mark.parametrize("how", ["the file", "the lock", "the folder beside", "renamed away", "all"])
@pytest.mark.usefixtures("service")
def test_what_vanishes_is_made_again(place: Place, client: ramwire.Client, how: str) -> None:
    assert client.call("echo", 1) == 1
    folder = place.path.parent
    if how == "the file":
        place.path.unlink()
    elif how == "the lock":
        place.path.with_name("shared.json.lock").unlink()
    elif how == "the folder beside":
        shutil.rmtree(place.beside)
    elif how == "renamed away":
        folder.rename(folder.with_name(folder.name + "-old"))
        folder.mkdir(mode=0o700)
        shutil.rmtree(folder.with_name(folder.name + "-old"))
    else:
        shutil.rmtree(folder, ignore_errors=True)
    deadline = time.monotonic() + 5
    while True:
        try:
            assert client.call("echo", 2) == 2
        except (ramwire.ServerGone, ramwire.ReplyLost):  # it was under way when the folder went
            assert time.monotonic() < deadline
        else:
            break
    until(place.path.exists)


def test_both_ends_come_together_when_the_drive_is_mounted_under_them(root: Path) -> None:
    url = f"jsonfile:{root}/shared.json"
    server = ramwire.Server(url, verbs={"where": lambda: os.path.ismount(root)})
    with server, ramwire.Client(url, timeout=5.0) as client:
        assert client.call("where") is False
        mount(root, "mode=700")
        until((root / "shared.json").exists, 5.0)
        assert client.call("where") is True


@pytest.fixture
def root(drive: Path) -> Iterator[Path]:
    """A mount point that has nothing on it yet; whatever is mounted there is taken away again."""
    root = drive / "small"
    root.mkdir()
    yield root
    subprocess.run(["umount", "-l", str(root)], capture_output=True, check=False)


def mount(folder: Path, options: str) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.decode().strip()}")


def fill(root: Path) -> Path:
    """Take every byte that is left."""
    hog = root / "hog"
    with hog.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return hog


def test_full_drive_is_an_error_at_the_sender_and_leaves_the_file_whole(root: Path) -> None:
    mount(root, "size=256k,mode=700")
    place = Place(root / "shared.json")
    with ServiceProcess(place.url), ramwire.Client(place.url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1
        place.write('{"commands": {"a": {"command": "echo", "args": [1], "result": 1}}}')
        hog = fill(root)
        with pytest.raises(ramwire.NoSpace, match="the drive is full"):
            client.call("echo", "x" * 20_000)
        assert place.commands()["a"]["result"] == 1
        hog.unlink()
        assert client.call("echo", "x" * 20_000) == "x" * 20_000


def test_drive_without_inodes_is_an_error_at_the_sender(root: Path) -> None:
    mount(root, "size=256k,nr_inodes=20,mode=700")
    place = Place(root / "shared.json")
    with ServiceProcess(place.url), ramwire.Client(place.url, timeout=10.0) as client:
        assert client.call("echo", 1) == 1
        taken = []
        try:
            for number in range(20):
                (root / f"file{number}").touch()
                taken.append(root / f"file{number}")
        except OSError:
            pass
        with pytest.raises(ramwire.NoSpace):
            client.call("echo", 2)
        for path in taken:
            path.unlink()
        assert client.call("echo", 3) == 3


def test_answer_that_has_no_room_is_an_error_at_the_caller_and_waits_for_others(root: Path) -> None:
    mount(root, "size=256k,mode=700")
    place = Place(root / "shared.json")
    wait, go = threading.Event(), threading.Event()

    def slow() -> str:
        go.set()
        wait.wait(10)
        return "done"

    with ramwire.Server(place.url, verbs={"slow": slow}), ramwire.Client(place.url, timeout=10.0) as client:
        answer = client.submit("slow")
        assert go.wait(10)
        place.write(place.path.read_text()[:-2] + ',"a":{"command":"slow","args":[]}}}')
        until(lambda: "taken" in place.commands()["a"])
        hog = fill(root)
        wait.set()
        assert isinstance(answer.exception(timeout=10), ramwire.ReplyLost)
        hog.unlink()
        until(lambda: place.answer("a"))
        assert place.answer("a")["result"] == "done"


def test_server_outlives_that_it_has_no_descriptors_left(place: Place, client: ramwire.Client) -> None:
    server = ramwire.Server(place.url, verbs={"echo": lambda value: value})
    with server:
        assert client.call("echo", 1) == 1
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        taken = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        try:
            try:
                while True:
                    taken.append(os.open("/dev/null", os.O_RDONLY))
            except OSError:
                pass
            with pytest.raises((ramwire.Refused, ramwire.Timeout)):
                client.call("echo", 2, timeout=0.2)
        finally:
            for fd in taken:
                os.close(fd)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert client.call("echo", 3) == 3


def test_forked_child_of_a_server_does_not_hold_its_place(place: Place) -> None:
    succeed_a_server_whose_child_lives_on(place.url)


@pytest.mark.parametrize("jump_s", [-86400.0, 86400.0])
def test_clock_may_jump(place: Place, monkeypatch: pytest.MonkeyPatch, jump_s: float) -> None:
    with (
        ramwire.Server(place.url, verbs={"echo": lambda value: value}),
        ramwire.Client(place.url, timeout=5.0) as client,
    ):
        assert client.call("echo", 1) == 1
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + jump_s)
        assert client.call("echo", 2) == 2


def test_thousands_of_stale_entries_at_the_start_are_told_and_hold_up_nobody(
    place: Place, client: ramwire.Client
) -> None:
    entries = ",".join(f'"{number}":{{"command":"note","args":[{number}]}}' for number in range(5000))
    place.write(f'{{"commands":{{{entries}}}}}')
    os.utime(place.path, (0, 0))
    with ServiceProcess(place.url):
        assert client.call("notes") == []
        assert all("not run" in entry["error"] for entry in place.commands().values())


@pytest.mark.parametrize("after", [signal.SIGKILL, signal.SIGCONT])
def test_stopped_client_harms_nobody(
    place: Place, service: ServiceProcess, client: ramwire.Client, after: signal.Signals
) -> None:
    """It may stand still with the lock in its hand: then others wait until it goes on or dies."""
    with subprocess.Popen([sys.executable, "-c", CALLER, place.url], stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        caller.stdout.readline()
        caller.send_signal(signal.SIGSTOP)
        answer = client.submit("echo", 1)
        caller.send_signal(after)
        assert answer.result() == 1
        caller.kill()
    assert client.call("pid") == service.pid


def test_doctor_finds_what_is_wrong_and_what_to_do(place: Place) -> None:
    assert not ramwire.diagnose(f"jsonfile:{place.path.parent}/none/shared.json").healthy
    nobody = [finding for finding in ramwire.diagnose(place.url).findings if finding.level == "fault"]
    assert [finding.what for finding in nobody] == ["no server is there"]
    with ServiceProcess(place.url) as service:
        diagnosis = ramwire.diagnose(place.url)
        assert diagnosis.healthy
        assert any(f"process {service.pid}" in finding.what for finding in diagnosis.findings)
        service.pause()
        stopped = [finding for finding in ramwire.diagnose(place.url).findings if finding.level == "fault"]
        assert [finding.remedy for finding in stopped] == [f"kill -CONT {service.pid}"]
    assert any("no server" in finding.what for finding in ramwire.diagnose(place.url).findings)
    place.path.write_text('{"commands": {"a": {"command": "x"}, "b": {"result": 1}}}')
    place.path.with_name("shared.json.broken-1").touch()
    with place.lock:
        found = " ".join(finding.what for finding in ramwire.diagnose(place.url).findings)
    for part in (
        "1 requests wait",
        "1 answers lie",
        "1 broken files",
        f"held just now by process {os.getpid()}",
    ):
        assert part in found
    place.path.write_text("{")
    assert any("cannot be read" in finding.what for finding in ramwire.diagnose(place.url).findings)
