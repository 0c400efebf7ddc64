"""Ends that are killed, stopped, forked and starved of descriptors."""

from __future__ import annotations

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until
from ramwire.testing.service import serve

import ramwire
from tests.ramwire.forking import succeed_a_server_whose_child_lives_on
from tests.ramwire.http.asking import connect, post, read_all


def descriptors(pid: int | str = "self") -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


# Killed.


def test_servers_killed_under_load_answer_wrongly_never(url: str, client: ramwire.Client) -> None:
    """Each call ends in its own value or in ServerGone; at most one is lost with each server."""
    luck = random.Random(1)  # noqa: S311 - luck, not a secret
    answered = gone = sent = 0
    for _ in range(6):
        with ServiceProcess(url) as service:
            answers = [client.submit("echo", sent + number, timeout=60.0) for number in range(60)]
            luck.choice(answers).exception(timeout=20)
            service.kill()
        with ServiceProcess(url):
            for answer in answers:
                try:
                    assert answer.result(timeout=20) == sent
                    answered += 1
                except ramwire.ServerGone:
                    gone += 1
                sent += 1
    assert answered + gone == sent == 360
    assert gone <= 6


def test_death_of_the_server_is_known_at_once(
    service: ServiceProcess, client: ramwire.Client, url: str
) -> None:
    answer = client.submit("park", "x", timeout=600.0)
    with ramwire.Client(url) as other:
        until(lambda: other.call("parked") == ["x"])
    service.kill()
    assert isinstance(answer.exception(timeout=1.0), ramwire.ServerGone)


def test_stop_of_the_server_is_known_at_once(
    service: ServiceProcess, client: ramwire.Client, url: str
) -> None:
    answer = client.submit("sleep", 600.0, timeout=700.0)
    with ramwire.Client(url) as other:
        other.call("echo", 1)
    service.stop()
    assert isinstance(answer.exception(timeout=5.0), (ramwire.ServerGone, ramwire.Timeout))


def test_dead_clients_request_is_forgotten(service: ServiceProcess, client: ramwire.Client, url: str) -> None:
    """Its answer, which was to come later, is nobody's; its connection is closed."""
    client.call("echo", 1)
    before = descriptors(service.pid)
    program = "import sys, ramwire\nramwire.Client(sys.argv[1]).call('park', 'x', timeout=600.0)\n"
    with subprocess.Popen([sys.executable, "-c", program, url]) as caller:
        until(lambda: client.call("parked") == ["x"])
        caller.kill()
    until(lambda: descriptors(service.pid) == before)
    client.call("release", "x", 1)


def test_request_of_a_client_that_died_never_runs(
    service: ServiceProcess, client: ramwire.Client, port: int
) -> None:
    """It lay whole before a stopped server when its sender died."""
    assert client.call("notes") == []
    service.pause()
    with connect(port) as dead:
        dead.sendall(post("/verbs/note", b'["dead"]'))
    service.send(signal.SIGCONT)
    assert client.call("notes") == []


# Stopped.


def test_stopped_server_is_not_a_dead_one(service: ServiceProcess, client: ramwire.Client) -> None:
    assert client.call("echo", 1) == 1
    service.pause()
    with pytest.raises(ramwire.Timeout) as caught:
        client.call("note", "late", timeout=0.2)
    assert (caught.value.may_have_run, caught.value.nobody) == (False, False)
    answer = client.submit("echo", 2, timeout=20.0)
    until(answer.running)
    service.send(signal.SIGCONT)
    assert answer.result() == 2
    assert client.call("notes") == []


def test_first_request_to_a_stopped_server_never_runs(service: ServiceProcess, url: str) -> None:
    """Nothing is known of the server yet, not even whether it gives leave."""
    service.pause()
    with ramwire.Client(url) as client:
        for timeout in (0.1, 1.0):
            with pytest.raises(ramwire.Timeout):
                client.call("note", "late", timeout=timeout)
        service.send(signal.SIGCONT)
        assert client.call("notes") == []


@pytest.mark.parametrize("after", [signal.SIGKILL, signal.SIGCONT])
def test_stopped_client_harms_nobody(
    service: ServiceProcess, client: ramwire.Client, url: str, after: signal.Signals
) -> None:
    program = (
        "import sys, ramwire\nclient = ramwire.Client(sys.argv[1])\n"
        "while True:\n    client.call('echo', 'x' * 100_000)\n    print('ready', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        caller.stdout.readline()
        caller.send_signal(signal.SIGSTOP)
        assert [client.call("echo", number) for number in range(50)] == list(range(50))
        caller.send_signal(after)
        caller.kill()
    assert client.call("pid") == service.pid


# Two for one address.


def test_holder_that_is_no_server_of_ours_is_told_too(url: str, port: int) -> None:
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(ramwire.Refused, match=f"process {os.getpid()}: stop that one first$"),
    ):
        ramwire.Server(url).start()


def test_address_is_free_when_its_server_has_stopped(url: str) -> None:
    for _ in range(3):
        with serve(url), ramwire.Client(url) as client:
            assert client.call("echo", 1) == 1


def test_server_that_has_stopped_may_serve_again(url: str) -> None:
    server = ramwire.Server(url, verbs={"one": lambda: 1})
    for _ in range(2):
        thread = threading.Thread(target=server.run)
        thread.start()
        with ramwire.Client(url) as client:
            assert client.call("one") == 1
        server.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()


# Forked.


def test_forked_child_of_a_server_does_not_hold_its_place(url: str) -> None:
    succeed_a_server_whose_child_lives_on(url)


def test_parents_call_goes_on_while_its_child_ends(service: ServiceProcess, client: ramwire.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.call, "park", "x")
        until(lambda: client.call("parked") == ["x"])
        child = os.fork()
        if child == 0:
            os._exit(0 if client.call("pid") == service.pid else 1)
        assert os.waitpid(child, 0)[1] == 0
        client.call("release", "x", 7)
        assert answer.result() == 7


@pytest.mark.usefixtures("service")
def test_client_that_a_signal_closes_in_the_midst_of_closing_ends(
    client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = socket.socket.shutdown
    pending = [client]

    def shutdown(self: socket.socket, how: int) -> None:
        while pending:
            pending.pop().close()  # as a signal's handler would that comes here
        original(self, how)

    answer = client.submit("park", "x", timeout=600.0)
    with ramwire.Client(client.url, timeout=10.0) as other:
        until(lambda: other.call("parked") == ["x"])
    closing = threading.Thread(target=client.close, daemon=True)
    monkeypatch.setattr(socket.socket, "shutdown", shutdown)
    closing.start()
    with pytest.raises(ramwire.Refused):
        answer.result(timeout=5)


# Starved of descriptors.


def test_server_without_descriptors_closes_who_says_nothing(
    service: ServiceProcess, client: ramwire.Client, port: int, url: str
) -> None:
    assert client.call("echo", 1) == 1
    limits = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (descriptors(service.pid) + 10, limits[1]))
    with ExitStack() as strangers:
        for _ in range(50):
            strangers.enter_context(connect(port))
        with ramwire.Client(url, timeout=10.0) as other:
            assert [other.call("echo", number) for number in range(10)] == list(range(10))
    assert client.call("echo", 1) == 1


def test_server_whose_connections_are_all_busy_takes_the_next_when_one_ends(
    service: ServiceProcess, client: ramwire.Client, url: str
) -> None:
    limits = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
    assert client.call("echo", 1) == 1
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (descriptors(service.pid) + 3, limits[1]))
    with ExitStack() as stack:
        others = [stack.enter_context(ramwire.Client(url, timeout=30.0)) for _ in range(6)]
        answers = [other.submit("sleep", 0.2) for other in others]
        assert [answer.result() for answer in answers] == [0.2] * 6


def test_client_without_descriptors_is_told_so(service: ServiceProcess, client: ramwire.Client) -> None:
    assert client.call("pid") == service.pid
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as taken, ramwire.Client(client.url) as other:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors() + 5, limits[1]))
        taken.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        with suppress(OSError):
            while True:
                taken.enter_context(open("/dev/null"))
        with pytest.raises(ramwire.Refused, match="Too many open files"):
            other.call("echo", 1)
        assert client.call("echo", 2) == 2  # it has a connection
    assert client.call("echo", 3) == 3


def test_ends_that_come_and_go_leave_no_descriptors_and_threads(url: str) -> None:
    with serve(url), ramwire.Client(url) as client:
        client.submit("soon", 1).result()
    before = descriptors(), threading.active_count()
    for _ in range(10):
        with serve(url), ramwire.Client(url) as client:
            assert client.call("echo", 1) == 1
            client.submit("echo", 1).result()
    until(lambda: (descriptors(), threading.active_count()) <= before)


def test_server_keeps_nothing_of_clients_that_have_gone(
    service: ServiceProcess, client: ramwire.Client
) -> None:
    client.call("echo", 1)
    before = descriptors(service.pid)
    for _ in range(50):
        with ramwire.Client(client.url) as other:
            other.call("echo", 1)
    until(lambda: descriptors(service.pid) == before)


# Interrupted, and in a hurry.


def test_interrupted_call_withdraws_what_was_not_taken(
    service: ServiceProcess, client: ramwire.Client
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        client.call("echo", 1)
        service.pause()
        threading.Timer(0.1, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
        with pytest.raises(KeyboardInterrupt):
            client.call("note", "never")
        service.send(signal.SIGCONT)
        assert client.call("notes") == []
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_many_threads_share_a_client(service: ServiceProcess, client: ramwire.Client) -> None:
    del service
    with ThreadPoolExecutor(40) as pool:
        met = [pool.submit(client.call, "meet", 40) for _ in range(40)]
        assert [answer.result() for answer in met] == [None] * 40


@pytest.mark.usefixtures("server")
def test_no_clock_on_the_wall_is_looked_at(client: ramwire.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ends are in this process; the clock jumps a year at each look."""
    now = time.time()
    years = iter(range(1_000_000))
    monkeypatch.setattr(time, "time", lambda: now + (-1) ** next(years) * next(years) * 3e7)
    assert [client.call("echo", number) for number in range(50)] == list(range(50))
    with pytest.raises(ramwire.Timeout):
        client.call("sleep", 5.0, timeout=0.1)


def test_idle_connection_is_closed_and_its_client_does_not_mind(port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    with serve(f"{url}?patience=0.1"), ramwire.Client(url) as client, connect(port) as witness:
        assert client.call("echo", 1) == 1
        assert read_all(witness) == b""
        until(lambda: client.call("echo", 2) == 2)
