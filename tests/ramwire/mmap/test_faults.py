"""The `mmap:` wire when things go wrong."""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Callable

import pytest
from ramwire.shared_memory import area
from ramwire.testing import ServiceProcess
from ramwire.testing.process import thread_states, until

import ramwire
from ramwire import patience
from tests.ramwire.connection.ends import Meeting, descriptors, program
from tests.ramwire.connection.faults import ConnectionFaults
from tests.ramwire.limits import no_more_descriptors

PATIENCE_S = 10.0


@pytest.fixture
def meeting(path: Path, url: str) -> Meeting:
    return Meeting(url, f"{path}.socket", b"")


class TestMmapFaults(ConnectionFaults):
    """What all wires of sessions live through."""

    def test_server_without_descriptors_turns_away_and_goes_on(self, meeting: Meeting) -> None:
        """It lets in whoever still waits when it has some."""
        url = meeting.url
        with ServiceProcess(url) as service, ramwire.Client(url) as old, ramwire.Client(url) as new:
            assert old.call("echo", 1) == 1
            with no_more_descriptors(service.pid):
                assert old.call("echo", 2) == 2
                with pytest.raises(ramwire.Timeout) as caught:
                    new.call("note", "late", timeout=0.3)
                assert (caught.value.may_have_run, caught.value.nobody) == (False, False)
                waiting = new.submit("echo", 3, timeout=PATIENCE_S)
                until(waiting.running)
            assert waiting.result() == 3
            assert new.call("notes") == []


@pytest.mark.usefixtures("service")
def test_client_of_a_32_bit_system_finds_its_server(
    client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its `long` is too short for the time that the system counts in 64 bits."""
    monkeypatch.setattr(patience, "LAYOUTS", ("@ii", "@qq"))
    assert client.call("echo", 1) == 1


# What lies in the folder is taken away.


def remove(path: Path) -> None:
    path.unlink()


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replace(path: Path, make: Callable[[Path], object]) -> None:
    """By something else, though the server is quick to make it again."""
    while True:
        path.unlink()
        try:
            make(path)
        except FileExistsError:
            continue
        return


def replace_by_a_folder(path: Path) -> None:
    replace(path, Path.mkdir)


def replace_by_a_fifo(path: Path) -> None:
    replace(path, os.mkfifo)


def replace_by_a_file(path: Path) -> None:
    def make(path: Path) -> None:
        with path.open("x") as file:
            file.write("something else\n")

    replace(path, make)


Harm = Callable[[Path], None]


@pytest.mark.parametrize("name", ["service", "service.socket"])
@pytest.mark.parametrize("harm", [remove, move])
@pytest.mark.usefixtures("service")
def test_what_is_deleted_or_moved_is_made_again(path: Path, url: str, name: str, harm: Harm) -> None:
    with ramwire.Client(url, timeout=PATIENCE_S) as old:
        assert old.call("echo", 1) == 1
        harm(path.with_name(name))
        assert old.call("echo", 2) == 2
        with ramwire.Client(url, timeout=PATIENCE_S) as new:
            assert new.call("echo", 3) == 3
    until(path.exists)
    with pytest.raises(ramwire.Refused, match="served already"):
        ramwire.Server(url).run()


@pytest.mark.parametrize("name", ["service", "service.socket"])
@pytest.mark.parametrize("harm", [replace_by_a_folder, replace_by_a_fifo, replace_by_a_file])
@pytest.mark.usefixtures("service")
def test_what_takes_its_place_is_left_alone_until_it_goes(
    path: Path, url: str, name: str, harm: Harm
) -> None:
    with ramwire.Client(url, timeout=PATIENCE_S) as old, ramwire.Client(url, timeout=PATIENCE_S) as new:
        assert old.call("echo", 1) == 1
        harm(path.with_name(name))
        kind = path.with_name(name).lstat().st_mode
        assert old.call("echo", 2) == 2
        assert path.with_name(name).lstat().st_mode == kind
        assert not ramwire.diagnose(url).healthy
        move(path.with_name(name))
        until(path.with_name("service.socket").is_socket)
        assert new.call("echo", 3) == 3


@pytest.mark.usefixtures("service")
def test_folder_is_made_again(drive: Path) -> None:
    url = f"mmap:{drive}/folder/service"
    with ServiceProcess(url), ramwire.Client(url, timeout=PATIENCE_S) as old:
        assert old.call("echo", 1) == 1
        shutil.rmtree(drive / "folder")
        assert old.call("echo", 2) == 2
        with ramwire.Client(url, timeout=PATIENCE_S) as new:
            assert new.call("echo", 3) == 3
        (drive / "folder").rename(drive / "moved")
        with ramwire.Client(url, timeout=PATIENCE_S) as new:
            assert new.call("echo", 4) == 4


def test_client_waits_in_a_folder_that_is_deleted_and_made_again(drive: Path) -> None:
    url = f"mmap:{drive}/folder/service"
    with ramwire.Client(url, timeout=PATIENCE_S) as client:
        answer = client.submit("echo", 1)
        until((drive / "folder").is_dir)
        (drive / "folder").rmdir()
        with ServiceProcess(url):
            assert answer.result() == 1


def test_server_that_lost_its_place_to_another_says_so(path: Path, url: str) -> None:
    source = (
        "import sys, ramwire\nserver = ramwire.Server(sys.argv[1])\nserver.start()\n"
        "print('ready', flush=True)\ntry:\n    server.wait()\n"
        "except ramwire.Refused as error:\n    print(error, flush=True)\n"
    )
    with program(source, url) as first:
        first.send_signal(signal.SIGSTOP)
        until(lambda: set(thread_states(first.pid)) == {"T"})
        remove(path)
        remove(path.with_name("service.socket"))
        with ServiceProcess(url) as second:
            first.send_signal(signal.SIGCONT)
            assert first.stdout is not None
            assert f"process {second.pid}" in first.stdout.readline()


FORBIDDEN = """
import logging, os, sys, ramwire
ends = ramwire.Client(sys.argv[1]), ramwire.Server(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(12345)  # nothing is forbidden to root
for end in (lambda: ends[0].call("echo", 1), ends[1].run, lambda: ramwire.Channel(sys.argv[1], end="server")):
    try:
        end()
    except ramwire.Refused as error:
        print(error)
"""


def test_folder_that_may_not_be_used_is_told(path: Path, url: str) -> None:
    with ServiceProcess(url), ramwire.Client(url) as client:
        assert client.call("echo", 1) == 1
        path.parent.chmod(0)
        told = subprocess.run(
            [sys.executable, "-c", FORBIDDEN, url], stdout=subprocess.PIPE, text=True, check=True
        )
        assert told.stdout.count("Permission denied") == 3
        assert client.call("echo", 2) == 2
        path.parent.chmod(0o700)
        with ramwire.Client(url, timeout=PATIENCE_S) as other:
            assert other.call("echo", 3) == 3


# What is left behind.


def test_server_that_stops_leaves_nothing(path: Path, url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url) as client:
        client.call("echo", 1)
        service.stop()
    assert list(path.parent.iterdir()) == []


def test_what_a_killed_server_has_left_is_taken_over_and_cleared_away(path: Path, url: str) -> None:
    with ServiceProcess(url) as service:
        service.kill()
    assert sorted(left.name for left in path.parent.iterdir()) == ["service", "service.socket"]
    with ServiceProcess(url) as service, ramwire.Client(url) as client:
        assert client.call("echo", 1) == 1
        service.stop()
    assert list(path.parent.iterdir()) == []


# No room.


@pytest.fixture
def small(drive: Path) -> Iterator[Path]:
    """A tmpfs of a few pages and inodes."""
    options = "mode=700,size=16k,nr_inodes=3"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(drive)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    yield drive
    subprocess.run(["umount", "-l", str(drive)], capture_output=True, check=True)


@pytest.mark.parametrize("lacking", ["bytes", "inodes"])
def test_full_drive_is_told_and_left_clean_and_served_when_there_is_room(small: Path, lacking: str) -> None:
    url = f"mmap:{small}/service"
    filler = small / "filler"
    if lacking == "bytes":
        filler.write_bytes(b"x" * 16384)
    else:
        filler.mkdir()
        (small / "filler 2").touch()
    before = sorted(small.iterdir())
    with pytest.raises(ramwire.NoSpace):
        ramwire.Server(url).run()
    assert sorted(small.iterdir()) == before
    assert any(
        "full" in finding.what or "inode" in finding.what for finding in ramwire.diagnose(url).findings
    )
    for path in before:
        path.rmdir() if path.is_dir() else path.unlink()
    with ServiceProcess(url), ramwire.Client(url) as client:
        assert client.call("echo", "x" * 100_000) == "x" * 100_000  # which needs nothing of the drive


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none for more than what an area has from the start."""
    allocate = os.posix_fallocate

    def refuse(fd: int, offset: int, size: int) -> None:
        if size > area.KEPT_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        allocate(fd, offset, size)

    monkeypatch.setattr(os, "posix_fallocate", refuse)


@pytest.mark.usefixtures("service", "no_memory")
def test_request_that_finds_no_memory_is_not_sent(client: ramwire.Client) -> None:
    with pytest.raises(ramwire.NoSpace):
        client.call("note", "x" * 100_000)
    assert client.call("notes") == []


def test_answer_that_finds_no_memory_is_an_error(url: str, request: pytest.FixtureRequest) -> None:
    with ramwire.Server(url, verbs={"large": lambda: "x" * 100_000, "small": lambda: 1}):
        request.getfixturevalue("no_memory")
        with ramwire.Client(url) as client:
            with pytest.raises(ramwire.RemoteError, match="100") as caught:
                client.call("large")
            assert caught.value.kind == "NoSpace"
            assert client.call("small") == 1


def test_memory_of_a_large_record_is_given_back(url: str, service: ServiceProcess) -> None:
    def shared_kib() -> int:
        with open(f"/proc/{service.pid}/status", encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("RssShmem")).split()[1])

    with ramwire.Client(url, timeout=PATIENCE_S) as client:
        client.call("echo", 1)
        before = shared_kib()
        client.call("echo", "x" * 3_000_000)
        for _ in range(20):
            client.call("echo", 1)
        assert shared_kib() <= before + 64


# Channels.

WAITING_CLIENT = """
import sys, ramwire
channel = ramwire.Channel(sys.argv[1], end="client")
print(channel.recv(timeout=10), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(url: str) -> Iterator[ramwire.Channel[str]]:
    with ramwire.Channel(url, end="server") as server:
        yield server


def test_messages_that_a_dead_end_has_not_received_go_to_the_next(
    url: str, server: ramwire.Channel[str]
) -> None:
    server.send("ready")
    with program(WAITING_CLIENT, url) as other:
        for number in range(10):
            server.send(str(number))
        other.kill()
        other.wait()
    with ramwire.Channel(url, end="client") as client:
        server.send("10")
        assert [client.recv(PATIENCE_S) for _ in range(11)] == [str(number) for number in range(11)]


def test_messages_sent_before_anybody_came_are_received(url: str, server: ramwire.Channel[str]) -> None:
    for number in range(3):
        server.send(str(number))
    with ramwire.Channel(url, end="client") as client:
        assert [client.recv(PATIENCE_S) for _ in range(3)] == ["0", "1", "2"]


def test_of_too_many_messages_to_nobody_the_newest_are_kept(url: str, server: ramwire.Channel[str]) -> None:
    for number in range(100):
        server.send(str(number))
    with ramwire.Channel(url, end="client") as client:
        assert [client.recv(PATIENCE_S) for _ in range(16)] == [str(number) for number in range(84, 100)]


def test_every_client_receives_what_the_server_sends(url: str, server: ramwire.Channel[str]) -> None:
    with ramwire.Channel(url, end="client") as one, ramwire.Channel(url, end="client") as two:
        for client in (one, two):
            client.send("here", PATIENCE_S)
            assert server.recv(PATIENCE_S) == "here"
        for number in range(100):
            server.send(str(number), PATIENCE_S)
            assert [one.recv(PATIENCE_S), two.recv(PATIENCE_S)] == [str(number)] * 2


def test_sender_waits_for_a_stopped_receiver_no_longer_than_told(
    url: str, server: ramwire.Channel[str]
) -> None:
    server.send("ready")
    with program(WAITING_CLIENT, url) as other:
        other.send_signal(signal.SIGSTOP)
        for number in range(16):
            server.send(str(number), PATIENCE_S)
        with pytest.raises(ramwire.Timeout):
            server.send("one too many", 0.1)
        server.close()


def test_client_without_a_server_says_so(url: str) -> None:
    with ramwire.Channel(url, end="client") as client:
        with pytest.raises(ramwire.Timeout) as caught:
            client.send("anybody?", timeout=0.05)
        assert caught.value.nobody


def test_client_of_the_other_kind_is_told(url: str, server: ramwire.Channel[str]) -> None:
    with (
        ramwire.Client(url, timeout=PATIENCE_S) as client,
        pytest.raises(ramwire.Refused, match="serves a channel"),
    ):
        client.call("echo", 1)
    server.close()
    with (
        ServiceProcess(url),
        ramwire.Channel(url, end="client") as channel,
        pytest.raises(ramwire.Refused, match="serves a service"),
    ):
        channel.send("ahoy", PATIENCE_S)


def test_second_server_of_a_channel_is_told_who_serves(url: str, server: ramwire.Channel[str]) -> None:
    del server  # it is there
    with pytest.raises(ramwire.Refused, match=str(os.getpid())):
        ramwire.Channel(url, end="server")


def test_end_that_closes_leaves_nothing(path: Path, url: str) -> None:
    with ramwire.Channel(url, end="server") as server, ramwire.Channel(url, end="client") as client:
        client.send("here", PATIENCE_S)
        server.recv(PATIENCE_S)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", ["cut\n", "longer\n" * 10_000])
def test_page_that_somebody_overwrites_is_mended(
    path: Path, server: ramwire.Channel[str], content: str
) -> None:
    path.write_text(content)
    server.send("whole")
    assert path.stat().st_size == 2 * mmap.PAGESIZE
    assert path.read_bytes().startswith(b"whole\n\n")
    server.close()
    assert not path.exists()


def test_page_that_is_deleted_is_made_again(path: Path, server: ramwire.Channel[str]) -> None:
    path.unlink()
    until(path.exists)

    def is_shown() -> bool:
        server.send("again")
        return path.read_bytes().startswith(b"again\n")

    until(is_shown)


def test_forked_child_of_a_channel_does_not_hold_its_place(url: str) -> None:
    source = (
        "import os, sys, ramwire\nchannel = ramwire.Channel(sys.argv[1], end='server')\nif os.fork() == 0:\n"
        "    print('ready', flush=True)\n    sys.stdin.read()\n    os._exit(0)\nsys.stdin.read()\n"
    )
    with ramwire.Channel(url, end="client") as client, program(source, url) as first:
        client.send("to the first", PATIENCE_S)
        first.kill()
        first.wait()
        with ramwire.Channel(url, end="server") as second:
            client.send("to the second", PATIENCE_S)
            assert [second.recv(PATIENCE_S) for _ in range(2)] == ["to the first", "to the second"]


def test_program_that_never_closes_its_channel_leaves_nothing(path: Path, url: str) -> None:
    source = "import sys, ramwire\nramwire.Channel(sys.argv[1], end='server').send('x')\n"
    subprocess.run([sys.executable, "-c", source, url], check=True)
    assert list(path.parent.iterdir()) == []


# The machine's limits.

LIMITED = """
import sys, ramwire
for end in (lambda: ramwire.Server(sys.argv[1]).start(), lambda: ramwire.Client(sys.argv[1]).call("echo")):
    try:
        end()
    except ramwire.Refused as error:
        print(error)
print(*[finding.what for finding in ramwire.diagnose(sys.argv[1]).findings if finding.level == "fault"])
"""


@pytest.mark.parametrize("what", ["instances", "watches"])
def test_each_end_and_the_doctor_say_which_limit_of_inotify_to_raise(path: Path, url: str, what: str) -> None:
    # In a user namespace of its own, whose limit is nobody else's.
    namespace = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are not allowed here")
    limit = f'echo 0 > /proc/sys/user/max_inotify_{what} && exec "$0" -c "$1" "$2"'
    done = subprocess.run(
        [*namespace, "sh", "-c", limit, sys.executable, LIMITED, url],
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.splitlines()
    assert len(said) == 3
    assert all(f"sysctl fs.inotify.max_user_{what}" in text for text in said)
    assert list(path.parent.iterdir()) == []


def test_server_that_cannot_start_without_descriptors_leaves_nothing_and_starts_later(
    path: Path, url: str
) -> None:
    server = ramwire.Server(url)
    for _ in range(3):
        with no_more_descriptors(os.getpid()), pytest.raises(ramwire.Refused, match="Too many open files"):
            server.start()
        assert list(path.parent.iterdir()) == []
    with server:
        assert ramwire.diagnose(url).healthy


@pytest.mark.parametrize("spared", range(8))
def test_wherever_descriptors_run_out_nothing_is_left(path: Path, url: str, spared: int) -> None:
    """The server's start needs some, and is tried with fewer."""
    before = descriptors()
    spare = [os.open(os.devnull, os.O_RDONLY) for _ in range(spared)]
    server = ramwire.Server(url)
    with no_more_descriptors(os.getpid()):
        for fd in spare:
            os.close(fd)
        try:
            server.start()
        except ramwire.Refused:
            started = False
        else:
            started = True
    assert started == bool(list(path.parent.iterdir()))
    server.stop()
    assert list(path.parent.iterdir()) == []
    assert descriptors() <= before


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("spared", range(0, 10, 2))
def test_wherever_descriptors_run_out_for_a_client_it_goes_on_later(url: str, spared: int) -> None:
    before = descriptors()
    spare = [os.open(os.devnull, os.O_RDONLY) for _ in range(spared)]
    with ramwire.Client(url, timeout=PATIENCE_S) as client:
        with no_more_descriptors(os.getpid()):
            for fd in spare:
                os.close(fd)
            try:
                answer = client.call("echo", 1)
            except ramwire.Refused:
                answer = None
        assert answer in (1, None)
        assert client.call("echo", 2) == 2
    assert descriptors() <= before


@pytest.mark.parametrize("spared", range(0, 16, 3))
def test_wherever_descriptors_run_out_for_a_channel_it_goes_on_later(
    url: str, server: ramwire.Channel[str], spared: int
) -> None:
    before = descriptors()
    spare = [os.open(os.devnull, os.O_RDONLY) for _ in range(spared)]
    with ramwire.Channel(url, end="client") as client:
        with no_more_descriptors(os.getpid()):
            for fd in spare:
                os.close(fd)
            with suppress(ramwire.Refused, ramwire.Timeout):
                client.send("first", timeout=0.3)
        client.send("second", timeout=PATIENCE_S)
        heard = [server.recv(timeout=PATIENCE_S)]
        if heard == ["first"]:
            heard.append(server.recv(timeout=PATIENCE_S))
        assert heard[-1] == "second"
    with pytest.raises(ramwire.Timeout):  # and sees that the client has left
        server.recv(timeout=0.05)
    until(lambda: descriptors() <= before)
