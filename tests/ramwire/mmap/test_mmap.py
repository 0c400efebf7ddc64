"""The `mmap:` wire passes the suites."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing import WireSuite


class TestMmap(WireSuite):
    scheme = "mmap"

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"mmap:{drive}/service"
