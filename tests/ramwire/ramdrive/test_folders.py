"""The folders become something else under both ends, or closed to them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire


@pytest.fixture
def service(drive: Path) -> Path:
    return drive / "service"


@pytest.fixture
def url(service: Path) -> str:
    return f"ramdrive:{service}"


@pytest.fixture
def client(url: str) -> Iterator[ramwire.Client]:
    with ramwire.Client(url, timeout=10.0) as client:
        yield client


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


KINDS: dict[str, Callable[[Path], None]] = {
    "file": Path.touch,
    "link": lambda path: path.symlink_to("/tmp"),
    "FIFO": os.mkfifo,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["", "server", "client", "lanes"])
def test_folder_replaced_by_another_kind_is_refused_until_it_is_gone(
    service: Path, url: str, client: ramwire.Client, folder: str, kind: str
) -> None:
    with ServiceProcess(url):
        assert client.call("echo", 1) == 1
        os.rename(service / folder, service.parent / "old")
        KINDS[kind](service / folder)
        until(lambda: refused(client))  # until then both hold the folders that they know
        with pytest.raises(ramwire.Refused, match="its folders cannot be used"):
            client.call("echo", 2)
        assert not ramwire.diagnose(url).healthy
        remove(service / folder)
        until(lambda: not refused(client))
        assert client.call("echo", 3) == 3


def refused(client: ramwire.Client) -> bool:
    try:
        client.call("echo", 0, timeout=1.0)
    except ramwire.Refused:
        return True
    except ramwire.WireError:  # it was under way
        return False
    return False


CLOSED = """
import os, sys, ramwire
from ramwire.testing.service import serve
from ramwire.ramdrive import client, server, folders, replies
import concurrent.futures, logging, ramwire.diagnosis, ramwire.ramdrive.examine
os.setuid(65534)
service = sys.argv[1]
with serve(f"ramdrive:{service}"), ramwire.Client(f"ramdrive:{service}", timeout=5.0) as caller:
    print(caller.call("echo", 1))
    for folder in ("server", "client", "lanes", ""):
        os.chmod(f"{service}/{folder}", 0)
        try:
            print(caller.call("echo", 2, timeout=0.5))
        except ramwire.WireError as error:
            print(type(error).__name__)
        print([f.remedy for f in ramwire.diagnose(f"ramdrive:{service}").findings if f.level == "fault"][0])
        os.chmod(f"{service}/{folder}", 0o700)
        while True:
            try:
                print(caller.call("echo", 3))
            except ramwire.WireError:
                continue
            break
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user whom a folder's mode stops")
def test_permissions_that_are_taken_end_in_an_error_and_work_goes_on_when_given_back(
    drive: Path, service: Path
) -> None:
    drive.chmod(0o755)
    os.chown(drive, 65534, 65534)
    done = subprocess.run(
        [sys.executable, "-c", CLOSED, str(service)], capture_output=True, text=True, check=True, timeout=60
    )
    said = iter(done.stdout.splitlines())
    assert next(said) == "1"
    for _ in range(4):
        assert next(said) in ("Refused", "ReplyLost", "Timeout", "2")
        assert next(said).startswith("chmod 700 ")
        assert next(said) == "3"
