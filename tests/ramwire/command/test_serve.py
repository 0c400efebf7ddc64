from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from .processes import COMMAND, DEADLINE_S, SERVICES, run, serving, started, until


@pytest.mark.parametrize(
    ("target", "verb", "answer"),
    [
        ("alice:Alice", "greet", '"howdy"'),
        ("alice:alice", "greet", '"hello"'),
        ("alice:house.alice", "greet", '"hello"'),
        ("alice:server", "job.start", '"started"'),
    ],
    ids=["class", "object", "dotted", "Server"],
)
def test_target_is_served(url: str, target: str, verb: str, answer: str) -> None:
    with serving("serve", url, target, cwd=SERVICES):
        assert run("call", url, verb).out == f"{answer}\n"


@pytest.mark.parametrize("verb", ["_secret", "__init__", "name", "age"])
def test_only_public_methods_are_served(url: str, verb: str) -> None:
    with serving("serve", url, "alice:Alice", cwd=SERVICES):
        done = run("call", url, verb)
        assert done.code == 1
        assert "UnknownVerb" in done.err


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("alice", "MODULE:NAME"),
        ("alice:", "MODULE:NAME"),
        ("nowhere:Alice", "nowhere"),
        ("alice:Bob", "Bob"),
        ("alice:Needy", "without arguments"),
        ("alice:empty", "no public method"),
        ("broken:Alice", "ZeroDivisionError"),
    ],
)
def test_target_that_cannot_be_served_exits_with_2(url: str, target: str, words: str) -> None:
    done = run("serve", url, target, cwd=SERVICES)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


@pytest.mark.parametrize("address", ["carrier:pigeon", "ramdrive:/x/y?colour=1", "ramdrive:/x/y?stale=soon"])
def test_wrong_address_exits_with_2(address: str) -> None:
    done = run("echo", address)
    assert (done.code, done.out) == (2, "")
    assert address in done.err


@pytest.mark.usefixtures("echo")
def test_second_server_is_refused_and_told_who_holds_it(url: str, echo: subprocess.Popen[bytes]) -> None:
    done = run("echo", url)
    assert (done.code, done.out) == (5, "")
    assert str(echo.pid) in done.err


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_a_server_with_0_and_leaves_no_message(
    url: str, folder: Path, signum: signal.Signals
) -> None:
    with serving("echo", url) as server:
        assert run("call", url, "add", "2", "5").out == "7\n"
        server.send_signal(signum)
        assert server.wait(DEADLINE_S) == 0
    assert os.listdir(folder / "server") == [] == os.listdir(folder / "client")


def test_verb_that_never_ends_does_not_keep_the_server_alive(url: str, folder: Path) -> None:
    marker = folder.parent / "hangs"
    call_of_hang = (*COMMAND, "call", url, "hang", f'"{marker}"', "--timeout", str(DEADLINE_S))
    with serving("serve", url, "hanging:Hanging", cwd=SERVICES) as server, started(call_of_hang) as call:
        until(marker.exists, "the verb to begin")
        server.send_signal(signal.SIGTERM)
        assert server.wait(DEADLINE_S) == 0
        assert call.wait(DEADLINE_S) == 3


def test_server_that_was_killed_is_followed_by_another(url: str) -> None:
    with serving("echo", url) as first:
        first.kill()
        first.wait(DEADLINE_S)
    with serving("echo", url):
        assert run("call", url, "add", "2", "5").out == "7\n"
