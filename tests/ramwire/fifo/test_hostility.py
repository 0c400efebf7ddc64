"""What lies or comes in the FIFOs is not what it should be: refused, never followed, never waited for."""

from __future__ import annotations

import os
import select
import struct
import subprocess
from pathlib import Path

import pytest
from ramwire.fifo.records import Assembly
from ramwire.testing import ServiceProcess
from ramwire.testing.process import idle_wake_ups, until

import ramwire

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's file")


def write(folder: Path, content: bytes) -> None:
    (folder / "send").write_bytes(content)


def ask(folder: Path, line: bytes) -> str:
    """What a client of the two FIFOs is answered."""
    answers = os.open(folder / "recv", os.O_RDONLY)
    try:
        write(folder, line + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            answer += os.read(answers, 65536)
    finally:
        os.close(answers)
    return answer.decode().rstrip("\n")


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"\0\0\0", "does not begin with a verb"),
        (b'echo {"value":', "not one JSON value"),
        (b"echo NaN", "NaN is not JSON"),
        (b"echo 1e999", "too large a number"),
        (b"echo " + b"[" * 100_000, ""),
        (b"echo " + b"9" * 100_000, "999 digits"),
        (b"echo 1 2", "something follows"),
        (b"__init__", "there is no verb __init__"),
        (b"stranger", "Service"),
        (b"fail_without_words", "_Speechless"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_garbage_is_answered_with_an_error(
    folder: Path, client: ramwire.Client, line: bytes, complaint: str
) -> None:
    answer = ask(folder, line)
    assert answer.startswith("error ")
    assert complaint in answer
    assert ask(folder, b"echo 1") == "ok 1"
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_giant_is_skipped(folder: Path, client: ramwire.Client) -> None:
    write(folder, b"echo " + b"x" * (8 << 20) + b"\n")
    assert ask(folder, b"echo 1") == "ok 1"
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_empty_lines_are_nothing(folder: Path) -> None:
    write(folder, b"\n\r\n\n")
    assert ask(folder, b"echo 1\r") == "ok 1"


@pytest.mark.usefixtures("service")
def test_verb_that_answers_later_holds_up_who_shares_the_fifos_while_its_caller_reads(
    folder: Path, client: ramwire.Client
) -> None:
    caller = os.open(folder / "recv", os.O_RDONLY)
    write(folder, b'park "x"\n')
    until(lambda: client.call("parked") == ["x"])
    write(folder, b"note 1\n")
    client.call("sleep", 1.5)
    assert client.call("notes") == []
    client.call("release", "x", "at last")
    assert os.read(caller, 100).startswith(b'ok "at last"\n')
    until(lambda: client.call("notes") == [1])
    os.close(caller)


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("caller_reads", [True, False])
def test_answer_that_comes_later_than_its_caller_leaves_is_nobodys(
    folder: Path, client: ramwire.Client, caller_reads: bool
) -> None:
    caller = os.open(folder / "recv", os.O_RDONLY)
    if not caller_reads:
        os.close(caller)
    write(folder, b'park "x"\n')
    until(lambda: client.call("parked") == ["x"])
    if caller_reads:
        os.close(caller)
    # Who has not read may be a shell, which opens `recv` after it has written.
    client.call("sleep", 0.5 if caller_reads else 1.5)
    assert ask(folder, b"echo 1") == "ok 1"
    client.call("release", "x", "late")
    assert ask(folder, b"echo 2") == "ok 2"


def test_client_that_reads_no_answers_harms_nobody(folder: Path, url: str) -> None:
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        deaf = os.open(folder / "recv", os.O_RDONLY)
        write(folder, b'echo "' + b"x" * 50_000 + b'"\n')
        write(folder, b'echo "' + b"x" * 50_000 + b'"\n')
        assert client.call("echo", 1) == 1
        os.close(deaf)
        until(lambda: ask(folder, b"echo 2") == "ok 2")


@pytest.mark.parametrize(
    "junk",
    [b"junk" * 100, b"0123456789abcdef", b"\n" * 50, b"../../../etc/pas\n" * 3],
    ids=["junk", "half a token", "newlines", "paths"],
)
def test_junk_at_the_door_lets_in_nobody(
    folder: Path, url: str, service: ServiceProcess, junk: bytes
) -> None:
    door = os.open(folder / "door", os.O_WRONLY | os.O_NONBLOCK)
    os.write(door, junk)
    for number in range(3):
        with ramwire.Client(url, timeout=10.0) as client:
            assert client.call("echo", number) == number
    os.close(door)
    assert not idle_wake_ups(service.pid, 0.3)


TOKEN = "0123456789abcdef"


class Lane:
    """A client's lane by the protocol's words."""

    def __init__(self, folder: Path) -> None:
        (folder / "lanes").mkdir(exist_ok=True)
        self.names = [folder / "lanes" / f"{TOKEN}.{end}" for end in ("up", "down")]
        for name in self.names:
            os.mkfifo(name, 0o600)
        self.up = os.open(self.names[0], os.O_RDWR)
        self.down = os.open(self.names[1], os.O_RDONLY | os.O_NONBLOCK)
        door = os.open(folder / "door", os.O_WRONLY | os.O_NONBLOCK)
        os.write(door, TOKEN.encode() + b"\n")
        os.close(door)
        greeted = select.poll()  # a read would find no writer before the server has come
        greeted.register(self.down, select.POLLIN)
        assert greeted.poll(10_000)
        os.set_blocking(self.down, True)
        assert os.read(self.down, 1) == b"+"

    def close(self) -> None:
        os.close(self.up)
        os.close(self.down)


@pytest.mark.usefixtures("service")
def test_lane_by_the_protocols_words_works(folder: Path) -> None:
    lane = Lane(folder)
    assert not any(name.exists() for name in lane.names)
    os.write(lane.up, struct.pack("<I", 11) + b"cadd [2,5]\n")
    answer = os.read(lane.down, 100)
    assert answer[:4] == struct.pack("<I", len(answer) - 4)
    assert answer[4:5] == b"."
    lane.close()


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "junk",
    [
        b"\xff\xff\xff\xff",
        struct.pack("<I", 3) + b"zap",
        struct.pack("<I", 0),
        struct.pack("<I", 100) + b"torn",
    ],
)
def test_junk_in_a_lane_ends_that_lane_alone(folder: Path, client: ramwire.Client, junk: bytes) -> None:
    lane = Lane(folder)
    os.write(lane.up, junk)
    if b"torn" not in junk:
        assert os.read(lane.down, 100) == b"", "the server has closed it"
    lane.close()
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("end", ["up", "down"])
def test_lane_that_is_no_fifo_is_not_joined(folder: Path, client: ramwire.Client, end: str) -> None:
    assert client.call("echo", 1) == 1
    lanes = folder / "lanes"
    for name in ("up", "down"):
        if name == end:
            (lanes / f"{TOKEN}.{name}").symlink_to("/dev/zero")
        else:
            os.mkfifo(lanes / f"{TOKEN}.{name}")
    reader = os.open(lanes / f"{TOKEN}.down", os.O_RDONLY | os.O_NONBLOCK)
    door = os.open(folder / "door", os.O_WRONLY | os.O_NONBLOCK)
    os.write(door, TOKEN.encode() + b"\n")
    os.close(door)
    with ramwire.Client("fifo:" + str(folder), timeout=10.0) as newcomer:
        assert newcomer.call("echo", 2) == 2
    assert (lanes / f"{TOKEN}.{end}").is_symlink()
    os.close(reader)


@only_root
def test_fifo_of_another_user_is_refused(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "send")
    os.chown(folder / "send", 12345, 12345)
    for end in ("server", "client"):
        with pytest.raises(ramwire.Refused, match="belongs to another user"):
            ramwire.Channel(url, end=end)
    with pytest.raises(ramwire.Refused, match="belongs to another user"):
        ramwire.Server(url).run()
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="belongs to another user"):
        client.call("echo", 1)


@only_root
def test_folder_of_another_user_is_refused(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(ramwire.Refused, match="belongs to another user"):
        ramwire.Channel(url, end="server")
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match="belongs to another user"):
        client.call("echo", 1)
    assert list(folder.iterdir()) == []


def test_folder_that_is_a_link_is_refused(folder: Path, url: str, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(ramwire.Refused, match="cannot be used"):
        ramwire.Channel(url, end="server")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file_is_refused(folder: Path, url: str) -> None:
    folder.write_text("precious")
    with pytest.raises(ramwire.Refused, match="cannot be used"):
        ramwire.Server(url).run()
    assert folder.read_text() == "precious"


def test_folder_that_all_may_write_to_is_refused_and_left(folder: Path, url: str) -> None:
    folder.mkdir()
    folder.chmod(0o1777)
    with pytest.raises(ramwire.Refused, match="all users share"):
        ramwire.Channel(url, end="server")
    assert folder.stat().st_mode & 0o7777 == 0o1777


def test_folder_that_others_may_write_to_is_closed_to_them(folder: Path, url: str) -> None:
    folder.mkdir()
    folder.chmod(0o775)
    with ramwire.Channel(url, end="server"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_what_is_made_is_for_its_user_alone(folder: Path, url: str) -> None:
    umask = os.umask(0)
    try:
        with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
            client.call("echo", 1)
            modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
            assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(umask)
    assert modes == {"send": 0o600, "recv": 0o600, "door": 0o600, "lock": 0o600, "lanes": 0o700}


def test_fifo_that_is_open_to_others_is_closed_to_them(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    subprocess.run(["mkfifo", "-m", "666", str(folder / "send")], check=True)
    with ramwire.Channel(url, end="server"):
        assert (folder / "send").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "url", ["fifo:", "fifo:/", "fifo:/tmp/x?framing=cobs", "fifo:/tmp/x?colour=red", "fifo:/tmp/a\0b"]
)
def test_wrong_address_is_told(url: str) -> None:
    with pytest.raises(ramwire.Refused):
        ramwire.Client(url)
    with pytest.raises(ramwire.Refused):
        ramwire.Channel(url, end="server")


def test_unknown_framing_is_told_the_known_ones(url: str) -> None:
    with pytest.raises(ramwire.Refused, match="no framing is called cobs; there is line, u32le, x4"):
        ramwire.Server(f"{url}?framing=cobs")


def test_request_that_x4_cannot_carry_is_refused_at_its_sender(url: str) -> None:
    with ServiceProcess(f"{url}?framing=x4"), ramwire.Client(f"{url}?framing=x4", timeout=10.0) as client:
        with pytest.raises(ramwire.BadMessage, match="x4 carries 9999 at most"):
            client.call("note", "x" * 10_000)
        with pytest.raises(ramwire.BadMessage, match="x4 carries 9999 at most"):
            client.notify("note", "x" * 10_000)
        with pytest.raises(ramwire.RemoteError, match="x4 carries 9999"):
            client.call("echo", [1.5] * 2000)


def test_answer_by_a_server_of_others_is_not_believed_blindly(folder: Path, url: str) -> None:
    folder.mkdir(mode=0o700)
    for name in ("send", "recv"):
        os.mkfifo(folder / name)
    for answer in (
        b"perhaps 7\n",
        b"ok NaN\n",
        b"ok " + b"[" * 100_000 + b"\n",
        b"ok " + b"9" * 5000 + b"\n",
    ):
        with ramwire.Client(url, timeout=10.0) as client:
            pending = client.submit("add", 2, 5)
            with open(folder / "send", "rb", buffering=0) as requests:
                assert requests.readline() == b"add [2,5]\n"
                with open(folder / "recv", "wb") as answers:
                    answers.write(answer + b"\n")
                assert isinstance(pending.exception(timeout=10), ramwire.BadMessage)


def test_records_of_absurd_length_are_no_records() -> None:
    with pytest.raises(ramwire.BadMessage, match="4294967295 bytes; 10 are the most"):
        Assembly(10).add(b"\xff\xff\xff\xff")
