"""The measure of a farm, on the smallest that is one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="Debian's redis-server is not installed")
def test_farm_is_listed_called_and_its_cost_told() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tools.farm_scale",
            "1",
            "3",
            "--processes",
            "2",
            "--seconds",
            "0.2",
            "--rest",
            "0.2",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows = dict(re.findall(r"^\| (.*?) \| (.*) \|$", done.stdout, re.MULTILINE))
    assert rows["printers"] == "1 | 3"
    assert rows["connections to Redis"] == "2 | 6"
    assert all(float(cell) > 0 for cell in rows["calls per s, one by one"].replace(",", "").split(" | "))
