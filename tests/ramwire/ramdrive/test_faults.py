"""Ends that die by `kill -9` at a certain moment, and what is left behind: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.forking import succeed_a_server_whose_child_lives_on


@pytest.fixture
def url(drive: Path) -> str:
    return f"ramdrive:{drive}/service"


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client


def left_behind(drive: Path) -> list[str]:
    """Every file of the service but the lock and the server's bells."""
    found = [
        str(path.relative_to(drive))
        for folder in ("server", "client", "lanes")
        for path in (drive / "service" / folder).iterdir()
    ]
    return sorted(set(found) - {"service/lanes/lock", "service/lanes/bell", "service/lanes/help"})


CALLER = """
import os, sys, ramwire
client = ramwire.Client(sys.argv[1], timeout=10.0)
number = 0
os.write(1, b"ready\\n")
while True:
    number += 1
    assert client.call("echo", [sys.argv[2], number]) == [sys.argv[2], number]
    client.submit("echo", number)
"""


def test_request_of_a_dead_client_never_runs(url: str, client: ramwire.Client) -> None:
    """It was rung for, and lay before a stopped server when its sender died."""
    with ServiceProcess(url) as service:
        program = (
            "import sys, ramwire\nclient = ramwire.Client(sys.argv[1])\nclient.call('echo', 1)\n"
            "print('ready', flush=True)\nsys.stdin.readline()\nclient.call('note', 'dead', timeout=60.0)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as caller:
            assert caller.stdin is not None
            assert caller.stdout is not None
            caller.stdout.readline()
            service.pause()
            caller.stdin.write("go\n")
            caller.stdin.flush()
            folder = url.partition(":")[2] + "/server"
            until(lambda: os.listdir(folder))
            caller.kill()
            caller.wait()
        service.send(signal.SIGCONT)
        assert client.call("notes") == []
        until(lambda: not os.listdir(folder))


def test_request_of_a_client_that_died_before_any_server_never_runs(url: str, client: ramwire.Client) -> None:
    program = "import sys, ramwire\nramwire.Client(sys.argv[1]).call('note', 'dead', timeout=60.0)\n"
    folder = url.partition(":")[2] + "/server"
    with subprocess.Popen([sys.executable, "-c", program, url]) as caller:
        until(lambda: os.path.isdir(folder) and os.listdir(folder))
        caller.kill()
    with ServiceProcess(url):
        assert client.call("notes") == []
        assert os.listdir(folder) == []


def test_death_of_the_server_is_known_at_once(url: str, client: ramwire.Client) -> None:
    with ServiceProcess(url) as service:
        answer = client.submit("park", "for ever", timeout=700.0)
        with ramwire.Client(url, timeout=10.0) as other:
            until(lambda: other.call("parked") == ["for ever"])
        service.kill()
        assert isinstance(answer.exception(timeout=1.0), ramwire.ServerGone)


def test_program_that_never_closes_leaves_nothing(drive: Path, url: str) -> None:
    program = (
        "import sys, ramwire\nclient = ramwire.Client(sys.argv[1])\n"
        "try:\n    client.call('echo', 1, timeout=0.05)\nexcept ramwire.Timeout:\n    pass\n"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True)
    assert left_behind(drive) == []


def test_server_that_stops_leaves_only_its_folders(drive: Path, url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url) as client:
        client.call("echo", 1)
        client.close()
        service.stop()
    assert left_behind(drive) == []


def test_forked_child_of_a_server_does_not_hold_its_place(url: str) -> None:
    succeed_a_server_whose_child_lives_on(url)


def test_call_interrupted_while_it_waits_for_its_turn_never_runs(url: str, client: ramwire.Client) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with ServiceProcess(url):
            slow = client.submit("sleep", 1.0)
            until(slow.running)
            threading.Timer(0.05, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
            with pytest.raises(KeyboardInterrupt):
                client.call("note", "never")
            slow.result()
            assert client.call("notes") == []
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("after", [signal.SIGKILL, signal.SIGCONT])
def test_stopped_client_harms_nobody(url: str, client: ramwire.Client, after: signal.Signals) -> None:
    with ServiceProcess(url):
        with subprocess.Popen(
            [sys.executable, "-c", CALLER, url, "x"], stdout=subprocess.PIPE, text=True
        ) as caller:
            assert caller.stdout is not None
            caller.stdout.readline()
            caller.send_signal(signal.SIGSTOP)
            assert [client.call("echo", number) for number in range(100)] == list(range(100))
            caller.send_signal(after)
            caller.kill()
        assert client.call("echo", 1) == 1
