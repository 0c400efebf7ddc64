"""What the machine has is used up: descriptors, inotify instances and watches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

import ramwire
from tests.ramwire.limits import no_more_descriptors


@pytest.fixture
def url(drive: Path) -> str:
    return f"jsonfile:{drive}/shared.json"


def test_server_without_descriptors_serves_again_when_it_has_some(url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url) as client:
        assert client.call("echo", 1) == 1
        with no_more_descriptors(service.pid), pytest.raises(ramwire.Timeout) as caught:
            client.call("note", "late", timeout=0.3)
        assert not caught.value.may_have_run
        assert client.call("echo", 4, timeout=10.0) == 4
        assert client.call("notes") == []


def test_client_without_descriptors_says_so_and_goes_on_when_it_has_some(url: str) -> None:
    with ServiceProcess(url), ramwire.Client(url) as client:
        with no_more_descriptors(os.getpid()), pytest.raises(ramwire.Refused, match="Too many open files"):
            client.call("echo", 2)
        assert client.call("echo", 4) == 4


def test_server_that_cannot_start_without_descriptors_starts_later(url: str) -> None:
    server = ramwire.Server(url)
    with no_more_descriptors(os.getpid()), pytest.raises(ramwire.Refused, match="Too many open files"):
        server.start()
    with server:
        assert ramwire.diagnose(url).healthy


def test_doctor_sees_a_server_that_has_no_descriptors_left(url: str) -> None:
    with ServiceProcess(url) as service, no_more_descriptors(service.pid):
        faults = [finding for finding in ramwire.diagnose(url).findings if finding.level == "fault"]
    assert len(faults) == 1
    assert "descriptors" in faults[0].what
    assert "LimitNOFILE" in faults[0].remedy


LIMITED = """
import sys, ramwire
for end in (lambda: ramwire.Server(sys.argv[1]).start(), lambda: ramwire.Client(sys.argv[1]).call("echo")):
    try:
        end()
    except ramwire.Refused as error:
        print(error)
print(*[finding.what for finding in ramwire.diagnose(sys.argv[1]).findings if finding.level == "fault"])
"""


@pytest.mark.parametrize("what", ["instances", "watches"])
def test_each_end_and_the_doctor_say_which_limit_of_inotify_to_raise(url: str, what: str) -> None:
    # In a user namespace of its own, whose limit is nobody else's.
    namespace = ["unshare", "--user", "--map-root-user"]
    limit = f"echo 0 > /proc/sys/user/max_inotify_{what}"
    if subprocess.run([*namespace, "sh", "-c", limit], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces with limits of their own are not allowed here")
    limit += ' && exec "$0" -c "$1" "$2"'
    done = subprocess.run(
        [*namespace, "sh", "-c", limit, sys.executable, LIMITED, url],
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.splitlines()
    assert len(said) == 3
    assert all(f"sysctl fs.inotify.max_user_{what}" in text for text in said)
