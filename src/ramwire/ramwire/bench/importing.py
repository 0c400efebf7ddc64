"""What a program pays for importing both ends of the RAM drive's wire, above a bare Python."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

STARTS = 9

# Not getrusage: its figure may be that of the process that started this one.
_SHOW_STATUS = "import time; print(time.process_time(), open('/proc/self/status').read())"
_BOTH_ENDS = "import ramwire.ramdrive.client, ramwire.ramdrive.server; from ramwire import Client, Server\n"


@dataclass(frozen=True)
class ImportCost:
    """The least of several starts, less that of a bare Python: noise only ever adds.

    Of the time only what the processor has worked: others may use it, too.
    """

    milliseconds: float
    megabytes: float


def import_cost() -> ImportCost:
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as bytecode:
        # Compiled, as whatever pip has installed: a checkout may be, or not.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _start(_BOTH_ENDS + _SHOW_STATUS, environment)
        for _ in range(STARTS):
            bare.append(_start(_SHOW_STATUS, environment))
            ours.append(_start(_BOTH_ENDS + _SHOW_STATUS, environment))
    return ImportCost(
        milliseconds=1000 * (min(s for s, _ in ours) - min(s for s, _ in bare)),
        megabytes=(min(kib for _, kib in ours) - min(kib for _, kib in bare)) / 1024,
    )


def _start(code: str, environment: Mapping[str, str]) -> tuple[float, int]:
    """Seconds and resident KiB."""
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, env=environment, stdout=subprocess.PIPE
    ).stdout
    return float(out.split()[0]), int(out.partition(b"VmHWM:")[2].split()[0])
