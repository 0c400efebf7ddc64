"""What lies there when a server starts: thousands of stale files, dead lanes, and clients that wait."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.ramdrive import files
from ramwire.testing.process import until

import ramwire

MANY = 2000


@pytest.fixture
def service(drive: Path) -> Path:
    """The folders of a service that nobody serves."""
    service = drive / "service"
    for folder in (service, service / "server", service / "client", service / "lanes"):
        folder.mkdir(mode=0o700)
    return service


@pytest.fixture
def server(service: Path) -> ramwire.Server:
    return ramwire.Server(f"ramdrive:{service}", verbs={"add": lambda a, b: a + b})


@pytest.fixture
def client(service: Path) -> Iterator[ramwire.Client]:
    with ramwire.Client(f"ramdrive:{service}", timeout=10.0) as client:
        yield client


def leave_lane(service: Path, number: int, ending: str) -> str:
    """The files of a lane; whose client is dead unless somebody opens its bell."""
    token = f"c{number:07x}"
    os.mkfifo(service / "lanes" / f"{token}.{ending}", 0o600)
    (service / "lanes" / f"{token}.request").write_text("status\n")
    (service / "lanes" / f"{token}.reply").touch(0o600)
    return token


def test_stale_requests_hold_up_nobody_and_do_not_run(
    service: Path, server: ramwire.Server, client: ramwire.Client
) -> None:
    ran = []
    server.verb(name="status")(lambda: ran.append(1))
    for number in range(MANY):
        request = service / "server" / f"20260101000000_{number}"
        request.write_text("status\n")
        os.utime(request, (1, 1))
    with server:
        assert client.call("add", 2, 5) == 7
        assert threading.active_count() < 10
        until(lambda: not os.listdir(service / "server"))
        replies = os.listdir(service / "client")
    assert len(replies) == MANY
    assert all(reply.endswith(".error") for reply in replies)
    assert ran == []


@pytest.mark.parametrize("ending", ["joined", "waiting"])
def test_lanes_of_the_dead_are_cleared_away_all_at_once(
    service: Path,
    server: ramwire.Server,
    client: ramwire.Client,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    """With their requests and replies, and not by a look at every file for each of them."""
    lanes = 300
    for number in range(lanes):
        token = leave_lane(service, number, ending)
        (service / "server" / f"20260101000000_000000001-{token}").write_text("status\n")
        (service / "client" / f"20260101000000_000000000-{token}.pickle").write_bytes(b"N.")
    looks = []
    listing = files.listing

    def look(folder: int) -> list[str]:
        looks.append(folder)
        return listing(folder)

    monkeypatch.setattr(files, "listing", look)
    with server:
        assert client.call("add", 2, 5) == 7
        client.close()
        until(lambda: sorted(os.listdir(service / "lanes")) == ["bell", "help", "lock"])
    assert os.listdir(service / "server") == os.listdir(service / "client") == []
    assert len(looks) < lanes


def test_more_clients_wait_than_a_bell_holds_records(service: Path, server: ramwire.Server) -> None:
    bells = {}
    for number in range(400):
        token = leave_lane(service, number, "waiting")
        bells[token] = os.open(service / "lanes" / f"{token}.waiting", os.O_RDONLY | os.O_NONBLOCK)
        (service / "server" / f"20260101000000_{number:09d}-{token}").write_text("status\n")
    try:
        with server:
            until(lambda: not os.listdir(service / "server"))
            assert {os.read(bell, 1) for bell in bells.values()} == {b"+"}
    finally:
        for bell in bells.values():
            os.close(bell)


def test_client_that_met_nobody_takes_the_folders_it_made_with_it(drive: Path) -> None:
    with ramwire.Client(f"ramdrive:{drive}/drvie/misspelt") as client:
        with pytest.raises(ramwire.Timeout):
            client.call("status", timeout=0.05)
        assert (drive / "drvie" / "misspelt" / "server").is_dir()
    assert os.listdir(drive) == []


def test_client_that_is_closed_in_the_midst_of_its_call_takes_them_too(drive: Path) -> None:
    client = ramwire.Client(f"ramdrive:{drive}/misspelt")
    answer = client.submit("status", timeout=60.0)
    until(lambda: (drive / "misspelt" / "server").is_dir() and os.listdir(drive / "misspelt" / "server"))
    client.close()
    assert isinstance(answer.exception(), ramwire.Refused)
    until(lambda: not os.listdir(drive))


def test_folders_that_others_use_stay(drive: Path) -> None:
    """Another client; a foreign request; a server, though it came after the client had given up."""
    url = f"ramdrive:{drive}/service"
    for others in ("client", "request", "server"):
        with ramwire.Client(url) as first, ramwire.Client(url) as second:
            for client in (first, second) if others == "client" else (first,):
                with pytest.raises(ramwire.Timeout):
                    client.call("status", timeout=0.05)
            if others == "request":
                (drive / "service" / "server" / "20260101000000_1").touch()
            elif others == "server":
                with ramwire.Server(url):
                    pass
            first.close()
            assert (drive / "service" / "server").is_dir()
        for left in (drive / "service" / "server").glob("*"):
            left.unlink()
        if others != "server":
            for folder in ("lanes", "client", "server", ""):
                if (drive / "service" / folder).is_dir():
                    (drive / "service" / folder).rmdir()


def test_folders_that_were_there_before_stay(service: Path) -> None:
    with ramwire.Client(f"ramdrive:{service}") as client, pytest.raises(ramwire.Timeout):
        client.call("status", timeout=0.05)
    assert sorted(os.listdir(service)) == ["client", "lanes", "server"]


def test_ends_that_come_while_others_remove_its_folders_are_served(drive: Path) -> None:
    now = [f"ramdrive:{drive}/service"]
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            with ramwire.Client(now[0]) as client, contextlib.suppress(ramwire.WireError):
                client.call("add", 1, 1, timeout=0.001)

    passers_by = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in passers_by:
        thread.start()
    try:
        for number in range(10):
            url = now[0] = f"ramdrive:{drive}/service{number}"
            until((drive / f"service{number}").exists)
            with ramwire.Server(url, verbs={"add": lambda a, b: a + b}):  # noqa: SIM117
                with ramwire.Client(url, timeout=10.0) as client:
                    assert client.call("add", 2, 5) == 7
    finally:
        over.set()
        for thread in passers_by:
            thread.join()
