"""A peer takes every name it lists for a message: nothing else may ever show, not for a moment."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TypedDict, cast

import pytest

from ramwire import Client, RemoteError, ServerGone, Timeout
from tests.ramwire.command.processes import DEADLINE_S, until

from .conftest import Service

CALLS = 300


class Seen(TypedDict):
    listings: int
    messages: int
    strangers: list[str]


def load(service: Service, client: Client) -> None:
    """Every kind of answer that there is."""
    for number in range(CALLS):
        assert client.call("add", number, 1) == number + 1
    for future in [client.submit("add", number, 1) for number in range(CALLS)]:
        future.result()
    assert len(client.call("multiply", 7, 10**900).__repr__()) > 900
    assert client.call("echo", "x" * 1_000_000) == "x" * 1_000_000
    client.ping()
    client.notify("add", 1, 1)
    with pytest.raises(RemoteError):
        client.call("fail")
    with pytest.raises(Timeout):
        client.call("sleep", 0.5, timeout=0.05)
    for number in range(CALLS // 10):
        name = f"20261121093000_{number}"
        service.leave(name, f"add [{number}, 1]\n")
        service.take(f"{name}.pickle")
        service.leave(f"{name}-T0.json", "fail\n")
        service.take(f"{name}-T0.json.error")


def test_nothing_but_messages_shows_under_load(service: Service) -> None:
    service.make()
    with service.peer("lister.py") as lister:
        assert lister.stdout is not None
        lister.stdout.readline()
        with service.served("hanging:Hanging") as server, Client(service.url, timeout=DEADLINE_S) as client:
            load(service, client)
            marker = service.path.parent / "hangs"
            dying = client.submit("hang", str(marker))
            until(marker.exists, "the call that loses its server")
            server.send_signal(signal.SIGKILL)
            with pytest.raises(ServerGone):
                dying.result()
        with service.served(), Client(service.url, timeout=DEADLINE_S) as client:
            load(service, client)
            seen = what_was_seen(lister)
    assert seen["strangers"] == []
    assert seen["listings"] > 0
    assert seen["messages"] > 0
    assert service.is_empty()


def what_was_seen(lister: subprocess.Popen[bytes]) -> Seen:
    out, _ = lister.communicate(timeout=DEADLINE_S)
    return cast("Seen", json.loads(out))
