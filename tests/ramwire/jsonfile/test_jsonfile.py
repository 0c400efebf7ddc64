"""The `jsonfile:` wire passes the suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.testing import WireSuite


class TestJsonFile(WireSuite):
    scheme = "jsonfile"

    @pytest.fixture
    def url(self, drive: Path) -> str:
        return f"jsonfile:{drive}/shared.json"
