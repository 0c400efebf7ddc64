"""What lies in the folders is not what it should be: refused, never followed, never run, never waited for."""

from __future__ import annotations

import os
import pickle
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ramwire.ramdrive import files
from ramwire.testing import ServiceProcess
from ramwire.testing.process import idle_wake_ups, until

import ramwire


@pytest.fixture
def service_folder(drive: Path) -> Path:
    return drive / "service"


@pytest.fixture
def url(service_folder: Path) -> str:
    return f"ramdrive:{service_folder}"


@pytest.fixture
def service(url: str) -> Iterator[ServiceProcess]:
    with ServiceProcess(url) as service:
        yield service


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client


def answer(folder: Path, name: str) -> str:
    """The reply or error to a request of that name, once it is there."""
    found = folder / "client"
    until(lambda: any(path.name.startswith(name) for path in found.iterdir()))
    return next(path for path in found.iterdir() if path.name.startswith(name)).read_text()


def leave(folder: Path, name: str, content: bytes) -> None:
    (folder / "server" / name).write_bytes(content)


@pytest.mark.usefixtures("service")
def test_symbolic_link_is_removed_and_not_followed(service_folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('echo "secret"\n')
    (service_folder / "server" / "20260101000000_1.txt").symlink_to(secret)
    assert "secret" not in answer(service_folder, "20260101000000_1").partition(":")[2].replace("_", "")
    assert secret.exists()
    until(lambda: not list((service_folder / "server").iterdir()))


@pytest.mark.usefixtures("service")
def test_fifo_socket_and_folder_hold_up_nobody(service_folder: Path, client: ramwire.Client) -> None:
    server = service_folder / "server"
    os.mkfifo(server / "20260101000000_1")
    (server / "20260101000000_2").mkdir()
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(str(server / "20260101000000_3"))
        leave(service_folder, "20260101000000_4.txt", b"add [2,5]\n")
        assert answer(service_folder, "20260101000000_4.txt") == "7"
    assert client.call("echo", 1) == 1
    until(lambda: os.listdir(server) == ["20260101000000_2"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's file")
@pytest.mark.usefixtures("service")
def test_file_of_another_user_is_not_run(service_folder: Path, client: ramwire.Client) -> None:
    foreign = service_folder / "foreign"
    foreign.write_bytes(b'note "foreign"\n')
    os.chown(foreign, 12345, 12345)
    foreign.rename(service_folder / "server" / "20260101000000_1")
    assert "another user" in answer(service_folder, "20260101000000_1")
    assert client.call("notes") == []


@pytest.mark.usefixtures("service")
def test_giant_is_refused_unread(service_folder: Path, client: ramwire.Client) -> None:
    giant = service_folder / "giant"
    with giant.open("wb") as file:
        file.truncate(8 << 30)
    giant.rename(service_folder / "server" / "20260101000000_1")
    assert "8589934592 bytes" in answer(service_folder, "20260101000000_1")
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff\xfe\n", "not UTF-8"),
        (b"\0\0\0\n", "does not begin with a verb"),
        (b"\n", "does not begin with a verb"),
        (b'echo {"value":\n', "not one JSON value"),
        (b"echo NaN\n", "NaN is not JSON"),
        (b"echo 1e999\n", "too large a number"),
        (b"echo [-" + b"9" * 400 + b".0]\n", "too large a number"),
        pytest.param(b"echo [" * 100_000 + b"\n", "", id="many verbs"),
        pytest.param(b"echo " + b"[" * 100_000 + b"\n", "", id="deep"),
        pytest.param(b"echo " + b"9" * 100_000 + b"\n", "999 digits", id="a giant number"),
        (b"echo 1\necho 2\n", "more than one line"),
        (b"echo 1 2\n", "something follows"),
        (b"__init__\n", "there is no verb __init__"),
        (b"ecko 1\n", "did you mean echo?"),
    ],
)
def test_garbage_is_answered_with_an_error(
    service_folder: Path, client: ramwire.Client, content: bytes, complaint: str
) -> None:
    leave(service_folder, "20260101000000_1", content)
    assert complaint in answer(service_folder, "20260101000000_1")
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_files_that_are_no_requests_are_left_alone(service_folder: Path, client: ramwire.Client) -> None:
    names = [
        "status",
        ".hidden",
        "20260101000000",
        "20260101000000_x",
        "2026_1",
        "20260101000000_1-",
        "a\nb",
        "20260101000000_1\n",
        "-rf",
        "--",
        "٢" * 14 + "_1",
        os.fsdecode(b"\xff\xfe"),
        "x" * 255,
        "20260101000000_" + "9" * 240,
        "20260101000000_1-" + "x" * 232 + ".json",
    ]
    for name in names:
        leave(service_folder, name, b"note 1\n")
    assert client.call("notes") == []
    assert sorted(os.listdir(service_folder / "server")) == sorted(names)


@pytest.mark.usefixtures("service")
def test_longest_name_is_served(service_folder: Path) -> None:
    """Its error's name, which is the longest, has 255 bytes less one."""
    name = "20260101000000_" + "9" * 233
    leave(service_folder, name, b'fail "no"\n')
    assert answer(service_folder, name) == "ValueError: no"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
@pytest.mark.usefixtures("service")
def test_device_is_refused_unread(service_folder: Path, client: ramwire.Client) -> None:
    """/dev/zero would never end, and a tape is rewound when it is opened."""
    zero = service_folder / "zero"
    os.mknod(zero, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    zero.rename(service_folder / "server" / "20260101000000_1")
    assert "not of the right kind" in answer(service_folder, "20260101000000_1")
    assert client.call("echo", 1) == 1


def test_line_whose_writer_closes_while_it_is_read_is_not_torn(
    service_folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of `210` is `21`: a number, and a wrong one."""
    has_writer = files.has_writer
    with ramwire.Server(url, verbs={"heat": lambda celsius: celsius}):
        writer = os.open(service_folder / "server" / "20260101000000_1.txt", os.O_CREAT | os.O_WRONLY, 0o600)

        def write_the_rest(fd: int) -> bool:
            monkeypatch.undo()
            os.write(writer, b"0\n")
            os.close(writer)
            return has_writer(fd)

        monkeypatch.setattr(files, "has_writer", write_the_rest)
        os.write(writer, b"heat 21")
        assert answer(service_folder, "20260101000000_1.txt") == "210"


@pytest.mark.usefixtures("service")
def test_garbled_bell_loses_no_request(service_folder: Path, client: ramwire.Client) -> None:
    assert client.call("echo", 0) == 0
    bell = os.open(service_folder / "lanes" / "bell", os.O_WRONLY | os.O_NONBLOCK)
    for number in range(20):
        os.write(bell, b"not a record" * number)
        assert client.call("echo", number) == number
    os.close(bell)


@pytest.mark.usefixtures("mounted_drive")
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (Path.touch, "x" * 60 + ".waiting"),
        (Path.touch, "c1234567.waiting"),
        (os.mkfifo, "c1234567.waiting"),
        (Path.mkdir, "c1234567.reply"),
    ],
)
def test_oddity_among_the_lanes_keeps_nobody_busy(
    service: ServiceProcess, service_folder: Path, url: str, make: Callable[[Path], None], name: str
) -> None:
    make(service_folder / "lanes" / name)
    for _ in range(2):  # a client that leaves has the lanes looked at
        with ramwire.Client(url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1
    ring_falsely(service_folder)
    assert not idle_wake_ups(service.pid, 0.3)


@pytest.mark.usefixtures("mounted_drive")
def test_request_with_the_token_of_a_lane_keeps_nobody_busy(
    service: ServiceProcess, service_folder: Path, client: ramwire.Client
) -> None:
    client.call("echo", 1)
    token = next((service_folder / "lanes").glob("c*.joined")).stem
    leave(service_folder, f"20260101000000_1-{token}.somewhatlonger", b"echo 1\n")
    ring_falsely(service_folder)
    assert client.call("echo", 2) == 2
    assert not idle_wake_ups(service.pid, 0.3)


def ring_falsely(folder: Path) -> None:
    bell = os.open(folder / "lanes" / "bell", os.O_WRONLY | os.O_NONBLOCK)
    os.write(bell, b"something that is no record")
    os.close(bell)


@pytest.mark.usefixtures("service")
def test_caller_whose_verb_raises_without_words_is_served_on(service_folder: Path) -> None:
    leave(service_folder, "20260101000000_1-me.txt", b"fail_without_words\n")
    assert answer(service_folder, "20260101000000_1-me.txt").startswith("_Speechless: ")
    leave(service_folder, "20260101000000_2-me.txt", b"add [2,5]\n")
    assert answer(service_folder, "20260101000000_2-me.txt") == "7"


def test_many_callers_do_not_make_as_many_threads(service: ServiceProcess, service_folder: Path) -> None:
    for number in range(300):
        leave(service_folder, f"20260101000000_{number}-caller{number}", b"sleep 0.1\n")
    threads = []

    def all_answered() -> bool:
        threads.append(len(os.listdir(f"/proc/{service.pid}/task")))
        return len(os.listdir(service_folder / "client")) == 300

    until(all_answered)
    assert max(threads) < 200


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /dev/shm/ramwire-was-hurt",)


@pytest.mark.parametrize(
    "content", [pickle.dumps(Evil()), b"garbage", b"\x80\x04.", pickle.dumps([1] * 9)[:-3]]
)
def test_hostile_reply_is_refused_and_not_run(
    service_folder: Path, client: ramwire.Client, content: bytes
) -> None:
    pending = client.submit("status")
    request = waiting_request(service_folder)
    request.unlink()
    (service_folder / "client" / f"{request.name}.pickle").write_bytes(content)
    assert isinstance(pending.exception(timeout=10), ramwire.BadMessage)
    assert not os.path.exists("/dev/shm/ramwire-was-hurt")


def test_reply_that_is_a_link_is_not_followed(
    service_folder: Path, client: ramwire.Client, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(pickle.dumps("secret"))
    pending = client.submit("status")
    request = waiting_request(service_folder)
    request.unlink()
    (service_folder / "client" / f"{request.name}.pickle").symlink_to(secret)
    assert isinstance(pending.exception(timeout=10), ramwire.BadMessage)
    assert secret.exists()


def place_fifo(path: Path) -> None:
    os.mkfifo(path)


def place_giant(path: Path) -> None:
    hidden = path.parent.parent / "giant"
    with hidden.open("wb") as file:
        file.truncate(8 << 30)
    hidden.rename(path)


def place_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("place", [place_fifo, place_giant, place_folder])
@pytest.mark.parametrize("ending", ["pickle", "error"])
def test_oddity_in_place_of_a_reply_is_refused_and_never_waited_for(
    service_folder: Path, client: ramwire.Client, place: Callable[[Path], None], ending: str
) -> None:
    pending = client.submit("status")
    request = waiting_request(service_folder)
    request.unlink()
    place(service_folder / "client" / f"{request.name}.{ending}")
    assert isinstance(pending.exception(timeout=5), ramwire.BadMessage)


def test_error_that_is_not_text_is_told_as_far_as_it_is(service_folder: Path, client: ramwire.Client) -> None:
    pending = client.submit("status")
    request = waiting_request(service_folder)
    request.unlink()
    hidden = service_folder / "hidden"
    hidden.write_bytes(b"Busy: \xff\0 it prints")
    hidden.rename(service_folder / "client" / f"{request.name}.error")
    error = pending.exception(timeout=5)
    assert isinstance(error, ramwire.RemoteError)
    assert (error.kind, error.text) == ("Busy", "\ufffd\0 it prints")


def test_reply_written_in_place_is_taken_when_its_writer_closes(
    service_folder: Path, client: ramwire.Client
) -> None:
    pending = client.submit("status", timeout=10.0)
    request = waiting_request(service_folder)
    request.unlink()
    data = pickle.dumps({"state": "x" * 100})
    with (service_folder / "client" / f"{request.name}.pickle").open("wb") as reply:
        for byte in data:
            reply.write(bytes([byte]))
            reply.flush()
        assert not pending.done()
    assert pending.result() == {"state": "x" * 100}
    until(lambda: not os.listdir(service_folder / "client"))


def waiting_request(folder: Path) -> Path:
    """The one request that lies before no server."""
    server = folder / "server"
    until(lambda: server.is_dir() and os.listdir(server))
    return next(server.iterdir())


def test_folder_of_another_user_is_refused(service_folder: Path, url: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's folder")
    service_folder.mkdir(mode=0o700)
    os.chown(service_folder, 12345, 12345)
    with pytest.raises(ramwire.Refused, match="another user"):
        ramwire.Server(url).run()
    with pytest.raises(ramwire.Refused, match="another user"):
        ramwire.Client(url).call("status")


def test_folder_that_is_a_link_is_refused(service_folder: Path, url: str, tmp_path: Path) -> None:
    service_folder.symlink_to(tmp_path)
    with pytest.raises(ramwire.Refused):
        ramwire.Client(url).call("status")
    assert list(tmp_path.iterdir()) == []


def test_folder_open_to_others_is_closed(service_folder: Path, url: str, client: ramwire.Client) -> None:
    for folder in (service_folder, service_folder / "server", service_folder / "client"):
        folder.mkdir()
        folder.chmod(0o755)
    with ServiceProcess(url):
        assert client.call("echo", 1) == 1
    assert {path.stat().st_mode & 0o777 for path in service_folder.iterdir()} == {0o700}
    assert service_folder.stat().st_mode & 0o777 == 0o700
