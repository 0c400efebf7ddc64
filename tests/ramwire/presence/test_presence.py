"""Who is told what, and when."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest
from ramwire.testing.process import idle_wake_ups, until

import ramwire
from tests.ramwire.presence.conftest import Room

COMES_AND_GOES = """
import sys, ramwire
for _ in range(200):
    with ramwire.Presence(sys.argv[1]).watch():
        pass
"""


def test_clients_are_told_that_the_server_comes_and_goes(room: Room) -> None:
    clients = [room.client() for _ in range(3)]
    assert [client.hear() for client in clients] == ["False"] * 3
    for _ in range(3):
        server = room.server()
        assert server.hear() == str(sorted((client.pid for client in clients), key=str))
        assert [client.hear() for client in clients] == ["up"] * 3
        assert server.leave() == 0
        assert [client.hear() for client in clients] == ["down"] * 3


def test_client_that_comes_later_knows_that_the_server_is_up(room: Room) -> None:
    server = room.server()
    server.hear()
    client = room.client()
    assert client.hear() == "True"
    server.leave()
    assert client.hear() == "down"


def test_death_of_the_server_is_told_though_it_cannot_signal(room: Room) -> None:
    client = room.client()
    assert client.hear() == "False"
    for _ in range(3):
        server = room.server()
        assert client.hear() == "up"
        server.kill()
        assert client.hear() == "down"


def test_anybody_may_ask_whether_the_server_is_up(room: Room) -> None:
    presence = ramwire.Presence(room.url)
    seen = [presence.is_up]
    assert not room.path.exists()  # to ask makes nothing
    server = room.server()
    server.hear()
    seen.append(presence.is_up)
    server.kill()
    seen.append(presence.is_up)
    assert seen == [False, True, False]


def test_second_server_is_told_who_is_up(room: Room) -> None:
    server = room.server()
    server.hear()
    with pytest.raises(ramwire.Refused, match=f"process {server.pid}:"):
        ramwire.Presence(room.url).up()
    server.kill()
    assert room.announce() == []


def test_server_may_come_up_and_go_down_by_hand(room: Room) -> None:
    client = room.client()
    client.hear()
    presence = ramwire.Presence(room.url)
    assert presence.down() == []
    for _ in range(2):
        assert presence.up() == [client.pid]
        assert client.hear() == "up"
        with pytest.raises(ramwire.Refused, match="up already"):
            presence.up()
        assert presence.down() == [client.pid]
        assert client.hear() == "down"


def test_client_that_leaves_takes_its_file_along(room: Room) -> None:
    client = room.client()
    client.hear()
    assert room.pids() == [str(client.pid)]
    assert client.leave() == 0
    assert room.pids() == []


def test_file_of_a_client_that_was_killed_is_removed_by_the_next_server(room: Room) -> None:
    client = room.client()
    client.hear()
    client.kill()
    assert room.pids() == [str(client.pid)]
    assert room.announce() == []
    assert room.pids() == []


def test_signals_are_handled_as_before_when_the_watch_is_over(room: Room) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))  # noqa: ARG005
    try:
        for _ in range(2):
            with ramwire.Presence(room.url).watch():
                os.kill(os.getpid(), signal.SIGUSR1)
            assert heard == []
        os.kill(os.getpid(), signal.SIGUSR1)
        assert heard == [signal.SIGUSR1]
        assert signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_other_threads_cannot_watch(room: Room) -> None:
    errors: list[BaseException] = []

    def watch() -> None:
        try:
            with ramwire.Presence(room.url).watch():
                pass
        except ramwire.Refused as error:
            errors.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    thread.join()
    assert "main thread" in str(errors[0])
    assert not list(room.path.glob("pids/*"))


def test_one_process_may_watch_several_services(room: Room) -> None:
    said: list[str] = []
    other = ramwire.Presence(f"{room.url}-other")
    with (
        ramwire.Presence(room.url).watch(
            on_up=lambda: said.append("alice"), on_down=lambda: said.append("-alice")
        ),
        other.watch(on_up=lambda: said.append("bob"), on_down=lambda: said.append("-bob")),
    ):
        server = room.server()
        until(lambda: said == ["alice"])
        with other.announce():
            until(lambda: said == ["alice", "bob"])
        until(lambda: said == ["alice", "bob", "-bob"])
        server.kill()
        until(lambda: said == ["alice", "bob", "-bob", "-alice"])


def test_two_signals_in_one_moment_do_not_mislead(room: Room) -> None:
    """They have no order: both are pending when the client goes on."""
    client = room.client()
    assert client.hear() == "False"
    client.send(signal.SIGSTOP)
    assert room.announce() == [client.pid]
    client.send(signal.SIGCONT)
    answers = {client.ask(), client.ask()} - {"up", "down"}
    assert answers <= {"False"}
    with ramwire.Presence(room.url).announce():
        client.send(signal.SIGSTOP)
    with ramwire.Presence(room.url).announce():
        client.send(signal.SIGCONT)
        until(lambda: client.ask() == "True")


def test_signal_of_a_stranger_does_not_mislead(room: Room) -> None:
    server = room.server()
    server.hear()
    client = room.client()
    assert client.hear() == "True"
    client.send(signal.SIGUSR1)
    assert client.ask() == "True"
    server.kill()
    assert client.hear() == "down"
    client.send(signal.SIGUSR2)
    assert client.ask() == "False"


def test_clients_that_come_and_go_meanwhile_are_never_ended_by_a_signal(room: Room) -> None:
    """Whoever takes its handlers away is not about to be told."""
    clients = [room.start(sys.executable, "-c", COMES_AND_GOES, room.url) for _ in range(3)]
    presence = ramwire.Presence(room.url)
    while any(client.is_alive for client in clients):
        presence.up()
        presence.down()
    assert [client.leave() for client in clients] == [0, 0, 0]


@pytest.mark.parametrize("side", ["client", "server"])
def test_nothing_wakes_up_while_nothing_happens(room: Room, side: str) -> None:
    server = room.server()
    server.hear()
    client = room.client()
    assert client.hear() == "True"
    assert idle_wake_ups(client.pid if side == "client" else server.pid, 1.0) in (0, None)


def test_forked_child_is_not_registered_and_holds_nothing(room: Room) -> None:
    with ramwire.Presence(room.url).watch():
        child = os.fork()
        if child == 0:
            os._exit(0 if room.pids() == [str(os.getppid())] else 1)
        assert os.waitpid(child, 0)[1] == 0
    release, wait = os.pipe()[::-1]
    presence = ramwire.Presence(room.url)
    presence.up()
    child = os.fork()
    if child == 0:
        os.close(release)
        os.read(wait, 1)
        os._exit(0)
    presence.down()
    assert not presence.is_up
    assert room.announce() == []
    os.write(release, b"x")
    os.waitpid(child, 0)
    os.close(release)
    os.close(wait)


@pytest.mark.parametrize("url", ["signal:", "ramdrive:/x", "signal:/x?colour=red", "signal:/x\0y"])
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ramwire.Refused):
        ramwire.Presence(url)
