"""What the machine has is used up: descriptors, inotify instances and watches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.limits import no_more_descriptors


@pytest.fixture
def url(drive: Path) -> str:
    return f"ramdrive:{drive}/service"


def test_server_without_descriptors_serves_the_clients_it_has_and_later_the_others(url: str) -> None:
    with ServiceProcess(url) as service, ramwire.Client(url) as old, ramwire.Client(url) as new:
        assert old.call("echo", 1) == 1
        with no_more_descriptors(service.pid):
            assert old.call("echo", 2) == 2
            with pytest.raises(ramwire.Timeout) as caught:
                new.call("note", "late", timeout=0.3)
            assert not caught.value.may_have_run
            assert old.call("echo", 3) == 3
        assert new.call("echo", 4, timeout=10.0) == 4
        assert new.call("notes") == []


def test_foreign_request_that_a_server_without_descriptors_cannot_open_is_served_later(
    drive: Path, url: str
) -> None:
    reply = drive / "service" / "client" / "20260101000000_1.txt"
    with ServiceProcess(f"{url}?stale=1e9") as service:
        with no_more_descriptors(service.pid):
            (drive / "service" / "server" / reply.name).write_text("add [2,5]\n")
        until(reply.exists)
        assert reply.read_text() == "7"


def test_client_without_descriptors_says_so_and_goes_on_when_it_has_some(url: str) -> None:
    with ServiceProcess(url), ramwire.Client(url) as client, ramwire.Client(url) as joined:
        assert joined.call("echo", 1) == 1
        with no_more_descriptors(os.getpid()):
            with pytest.raises(ramwire.Refused, match="Too many open files"):
                client.call("echo", 2)
            assert joined.call("echo", 3) == 3
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
import os, sys, ramwire
from ramwire.testing.process import until
url = sys.argv[1]
try:
    ramwire.Server(url).start()
except ramwire.Refused as error:
    print(error)
print(*[finding.what for finding in ramwire.diagnose(url).findings if finding.level == "fault"])
folder = url.partition(":")[2]
with ramwire.Client(url, timeout=20.0) as client:
    answer = client.submit("status")
    until(lambda: os.path.isdir(folder + "/server") and os.listdir(folder + "/server"))
    name = os.listdir(folder + "/server")[0]
    os.unlink(f"{folder}/server/{name}")
    with open(f"{folder}/client/{name}.error", "w") as reply:
        reply.write("Busy: it prints")
    print(answer.exception())
    try:
        client.call("status", timeout=0.3)
    except ramwire.Timeout as error:
        print(error)
"""


@pytest.mark.parametrize("what", ["instances", "watches"])
def test_used_up_inotify_is_told_with_its_limit_and_a_client_goes_on_without(url: str, what: str) -> None:
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
    refused, diagnosed, answered, withdrawn = done.stdout.splitlines()
    for text in (refused, diagnosed, done.stderr):
        assert f"sysctl fs.inotify.max_user_{what}" in text
    assert done.stderr.count("looking ten times a second") == 1
    assert answered == "Busy: it prints"
    assert "has not run" in withdrawn
