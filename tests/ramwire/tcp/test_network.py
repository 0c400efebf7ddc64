"""A server on another host, whose cable is pulled: a network namespace stands for it, where one may
be made.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ramwire.tcp import connected
from ramwire.testing.process import until

import ramwire

NEAR, FAR = "198.51.100.1", "198.51.100.2"  # of no host at all: RFC 5737


class Host:
    """Joined to this machine by one cable."""

    def __init__(self) -> None:
        self._name = f"ramwire-{os.getpid()}"
        self._near, self._far = f"rwn{os.getpid()}", f"rwf{os.getpid()}"
        self._ip("netns", "add", self._name)
        try:
            self._wire()
        except BaseException:
            self.remove()
            raise

    def _wire(self) -> None:
        self._ip("link", "add", self._near, "type", "veth", "peer", "name", self._far, "netns", self._name)
        self._ip("address", "add", f"{NEAR}/30", "dev", self._near)
        self._ip("-netns", self._name, "address", "add", f"{FAR}/30", "dev", self._far)
        self._ip("-netns", self._name, "link", "set", self._far, "up")
        self.join()

    @staticmethod
    def _ip(*command: str) -> None:
        subprocess.run(["ip", *command], check=True, capture_output=True)

    def join(self) -> None:
        self._ip("link", "set", self._near, "up")

    def part(self) -> None:
        self._ip("link", "set", self._near, "down")

    def serve(self, url: str) -> subprocess.Popen[str]:
        inside = ("ip", "netns", "exec", self._name, sys.executable, "-m", "ramwire.testing.service", url)
        process = subprocess.Popen(inside, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def remove(self) -> None:
        # The cable first: a namespace takes its time to go, and its end of the cable with it.
        subprocess.run(["ip", "link", "delete", self._near], capture_output=True, check=False)
        self._ip("netns", "delete", self._name)


@pytest.fixture
def host() -> Iterator[Host]:
    try:
        host = Host()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a network namespace cannot be made here: {error}")
    yield host
    host.remove()


@pytest.fixture
def far_url(host: Host, keyfile: Path, port: int) -> Iterator[str]:
    url = f"tcp:{FAR}:{port}?keyfile={keyfile}"
    with host.serve(url) as process:
        yield url
        process.kill()


def test_host_that_vanishes_in_a_call_is_told(
    host: Host, far_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before the call's own timeout; and the client goes on when the host is back."""
    for name, value in (("_IDLE_S", 1), ("_BETWEEN_S", 1), ("_PROBES", 2), ("_SILENCE_MS", 2000)):
        monkeypatch.setattr(connected, name, value)
    with ramwire.Client(far_url, timeout=600.0) as client, ramwire.Client(far_url, timeout=20.0) as other:
        answer = client.submit("park", "x")
        until(lambda: other.call("parked") == ["x"])
        host.part()
        with pytest.raises(ramwire.ServerGone):
            answer.result(timeout=30)
        host.join()
        assert client.call("echo", 1, timeout=30.0) == 1


def test_host_that_cannot_be_reached_ends_in_a_timeout(host: Host, far_url: str) -> None:
    with ramwire.Client(far_url, timeout=0.5) as client:
        host.part()
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("echo", 1)
        assert caught.value.nobody
        host.join()
        assert client.call("echo", 2, timeout=30.0) == 2
