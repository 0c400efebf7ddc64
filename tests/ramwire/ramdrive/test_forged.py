"""Forged records in the bells: by a client that is none of ours, and in a lane of ours."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.ramdrive import records
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

TOKEN = b"c0000001"
NAME = b"20260101000000_000000001-" + TOKEN


@pytest.fixture
def folder(drive: Path) -> Path:
    return drive / "service"


@pytest.fixture
def service(folder: Path) -> Iterator[ServiceProcess]:
    with ServiceProcess(f"ramdrive:{folder}") as service:
        yield service


@pytest.fixture
def client(folder: Path) -> Iterator[ramwire.Client]:
    with ramwire.Client(f"ramdrive:{folder}", timeout=10.0) as client:
        yield client


class Lane:
    """A lane made by hand, after docs/protocol/ramdrive.md."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        lanes = folder / "lanes"
        token = TOKEN.decode()
        os.mkfifo(lanes / f"{token}.waiting", 0o600)
        self._back = os.open(lanes / f"{token}.waiting", os.O_RDONLY | os.O_NONBLOCK)
        self.request = lanes / f"{token}.request"
        self.request.touch(0o600)
        (lanes / f"{token}.reply").touch(0o600)
        self._bell = os.open(lanes / "bell", os.O_WRONLY | os.O_NONBLOCK)
        self.ring(records.record(records.JOIN, TOKEN))
        assert self.hear() == [(b"+", b"", b"")]

    def ring(self, record: bytes) -> None:
        os.write(self._bell, record)

    def show(self, name: bytes) -> None:
        """The request lies in `server/` from now on."""
        os.link(self.request, os.fsencode(self.folder) + b"/server/" + name)

    def hear(self, within_s: float = 5.0) -> list[tuple[bytes, bytes, bytes]]:
        bell = select.poll()
        bell.register(self._back, select.POLLIN)
        return list(records.split(os.read(self._back, 65536))) if bell.poll(within_s * 1000) else []

    def close(self) -> None:
        os.close(self._back)
        os.close(self._bell)


@pytest.fixture
def lane(service: ServiceProcess, folder: Path) -> Iterator[Lane]:
    del service
    lane = Lane(folder)
    yield lane
    lane.close()


def told(name: bytes, line: bytes) -> bytes:
    return (records.REQUEST + name.ljust(38) + b"\n" + line).ljust(records.RECORD_BYTES)


def test_record_of_a_request_that_does_not_lie_there_runs_nothing(lane: Lane, client: ramwire.Client) -> None:
    lane.ring(told(NAME, b'note "forged"\n'))
    assert lane.hear() == [(b"-", NAME, b"")]
    assert client.call("notes") == []


def test_record_that_is_replayed_runs_once(lane: Lane, client: ramwire.Client) -> None:
    lane.request.write_bytes(b'note "once"\n')
    lane.show(NAME)
    for _ in range(5):
        lane.ring(told(NAME, b'note "once"\n'))
    assert lane.hear()[0][:2] == (records.VALUE, NAME)
    assert client.call("notes") == ["once"]


def test_request_withdrawn_after_its_bell_was_rung_does_not_run(
    lane: Lane, service: ServiceProcess, client: ramwire.Client, folder: Path
) -> None:
    assert client.call("notes") == []
    lane.request.write_bytes(b'note "withdrawn"\n')
    lane.show(NAME)
    os.unlink(os.fsencode(folder) + b"/server/" + NAME)
    lane.ring(told(NAME, b'note "withdrawn"\n'))
    assert lane.hear() == [(b"-", NAME, b"")]
    assert client.call("notes") == []
    assert service.pid


def test_slot_that_has_become_a_giant_is_refused_unread(lane: Lane, client: ramwire.Client) -> None:
    lane.show(NAME)
    os.truncate(lane.request, 8 << 30)
    lane.ring(records.record(records.REQUEST, NAME))
    kind, name, _ = lane.hear()[0]
    assert (kind, name) == (records.ERROR, NAME)
    assert client.call("echo", 1) == 1


@pytest.mark.parametrize("line", [b"\xff\n", b"echo " + b"[" * 400 + b"\n", b"echo 1 2\n", b"9\n"])
def test_garbage_told_in_a_record_is_answered_with_an_error(
    lane: Lane, client: ramwire.Client, line: bytes
) -> None:
    lane.request.write_bytes(line)
    lane.show(NAME)
    lane.ring(told(NAME, line))
    assert lane.hear()[0][:2] == (records.ERROR, NAME)
    assert client.call("echo", 1) == 1


def test_names_of_no_lane_are_passed_over(lane: Lane, client: ramwire.Client) -> None:
    for name in (b"", b"../../etc/passwd", b"\0" * 38, b"-rf", NAME[:-1] + b"2", b"\xff" * 38):
        lane.ring(told(name, b'note "forged"\n'))
        lane.ring(records.record(records.JOIN, name))
    assert client.call("notes") == []


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /dev/shm/ramwire-was-hurt",)


def bell_of(folder: Path) -> int:
    """For writing, the bell of the one lane that has joined."""
    found = next((folder / "lanes").glob("c*.joined"))
    return os.open(found, os.O_WRONLY | os.O_NONBLOCK)


def test_hostile_value_told_in_a_record_is_refused_and_not_run(
    folder: Path, service: ServiceProcess, client: ramwire.Client
) -> None:
    assert client.call("echo", 1) == 1
    bell = bell_of(folder)
    service.pause()
    pending = client.submit("echo", 2)
    until(lambda: os.listdir(folder / "server"))
    name = os.fsencode(os.listdir(folder / "server")[0])
    os.write(bell, records.value_record(name, pickle.dumps(Evil())))
    assert isinstance(pending.exception(timeout=5), ramwire.BadMessage)
    assert not os.path.exists("/dev/shm/ramwire-was-hurt")
    os.close(bell)


def test_junk_in_a_clients_bell_is_passed_over(
    folder: Path, service: ServiceProcess, client: ramwire.Client
) -> None:
    assert client.call("echo", 1) == 1
    bell = bell_of(folder)
    service.pause()
    pending = client.submit("echo", 2)
    until(lambda: os.listdir(folder / "server"))
    for junk in (b"\n", b"junk\n", b"=" * 30 + b"\n", b"!" + NAME + b"\n", records.value_record(NAME, b"N.")):
        os.write(bell, junk)
    service.send(signal.SIGCONT)
    assert pending.result(timeout=5) == 2
    os.close(bell)
