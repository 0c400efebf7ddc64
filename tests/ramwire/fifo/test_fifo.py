"""The `fifo:` wire passes the suites."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from ramwire.testing import ChannelSuite, WireSuite

_SHORT = "the framing x4 has four digits for the length of a message"


class TestFifo(WireSuite):
    scheme = "fifo"

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"fifo:{drive}/service"


class TestFifoX4(TestFifo):
    lacks: ClassVar[Mapping[str, str]] = {"test_a_megabyte_travels_both_ways": _SHORT}

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"fifo:{drive}/service?framing=x4"


class TestFifoChannel(ChannelSuite):
    scheme = "fifo"

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"fifo:{drive}/channel"


class TestFifoChannelU32le(TestFifoChannel):
    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"fifo:{drive}/channel?framing=u32le"


class TestFifoChannelX4(TestFifoChannel):
    large_bytes = 9999

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"fifo:{drive}/channel?framing=x4"
