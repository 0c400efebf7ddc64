"""What a program does not use, it does not pay for."""

from __future__ import annotations

import subprocess
import sys


def test_import_is_light() -> None:
    """No wire, no asyncio, no mpu: what a program does not use, it does not pay for."""
    program = "import sys, ramwire; ramwire.Client; ramwire.Server; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"asyncio", "mpu", "ctypes", "inspect", "ramwire.ramdrive.client"} & set(loaded)
