"""A drive for each test."""

from __future__ import annotations

import os
import shutil
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
