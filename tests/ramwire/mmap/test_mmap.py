"""The `mmap:` wire passes the suites, that of services and that of channels."""

from __future__ import annotations

import mmap
from pathlib import Path

import pytest
from ramwire.testing import ChannelSuite, WireSuite


@pytest.fixture
def url(drive: Path) -> str:
    return f"mmap:{drive}/service"


class TestMmap(WireSuite):
    scheme = "mmap"


class TestMmapChannel(ChannelSuite):
    scheme = "mmap"
    large_bytes = mmap.PAGESIZE - 1  # a message is a page's line
