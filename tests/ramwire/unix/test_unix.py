"""The `unix:` wire passes the suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing import WireSuite


class TestUnix(WireSuite):
    scheme = "unix"

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"unix:{drive}/service"
