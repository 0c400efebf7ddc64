"""The `ramdrive:` wire passes the suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing import WireSuite


class TestRamdrive(WireSuite):
    scheme = "ramdrive"

    @pytest.fixture
    def url(self, mounted_drive: Path) -> str:
        return f"ramdrive:{mounted_drive}/service"
