from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .processes import serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the service will be."""
    return tmp_path / "drive" / "alice"


@pytest.fixture
def url(folder: Path) -> str:
    """Nobody serves it."""
    return f"ramdrive:{folder}"


@pytest.fixture
def echo(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`ramwire echo` at that address."""
    with serving("echo", url) as process:
        yield process
