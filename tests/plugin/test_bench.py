"""`ramwire bench` measures OctoPrint's own REST beside the wire."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.plugin.conftest import Service
from tests.plugin.octoprint_process import ADMIN

QUICK = ("--place", "free", "--runs", "1", "--measure", "import")


def bench(service: Service, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OCTOPRINT_URL": service.octoprint.url, "OCTOPRINT_API_KEY": key}
    command = (sys.executable, "-m", "ramwire", "bench", "--wires", "ramdrive", *QUICK, *arguments)
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)


def test_octoprints_rest_is_a_row_of_the_table(service: Service, tmp_path: Path) -> None:
    done = bench(service, ADMIN.key, "--against", "octoprint", "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    row = next(line.split() for line in done.stdout.splitlines() if " octoprint " in line)
    assert row[0] == "Sockets"
    assert float(row[6]) > 0, "p50"
    assert row[9:] == ["-", "-"], "its server is not the bench's to watch and to kill"


def test_wrong_key_is_told(service: Service) -> None:
    done = bench(service, "no key", "--against", "octoprint")
    assert done.returncode == 3
    assert "is OCTOPRINT_API_KEY right?" in done.stderr
    assert "Traceback" not in done.stderr
