"""A drive for each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A folder on a tmpfs, as in earnest; on a machine without one, a folder."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    path = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="ramwire-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def mounted_drive(drive: Path) -> Iterator[Path]:
    """The same, mounted for this test alone where that is allowed: as on the appliance."""
    mount = ["mount", "-t", "tmpfs", "-o", "mode=700,size=64M", "tmpfs", str(drive)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    yield drive
    if mounted:
        subprocess.run(["umount", "-l", str(drive)], capture_output=True, check=True)
