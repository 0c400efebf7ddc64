#!/usr/bin/env python3
"""Run ramwire's suites on the Pythons of other Debians, from the wheel that a user would install.

python -m tools.pythons [SUITE ...]

Needs a container engine. Python 3.10 and 3.12 are in no Debian: what lies between two that pass is taken to.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.virtual_pi import base_image

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("bullseye", "trixie")
"""Python 3.9 and 3.13; all else runs on Debian 12's 3.11."""

PACKAGES = ("ca-certificates", "procps", "python3", "python3-venv", "redis-server", "openssl")
# The setuptools of Debian 11 has an importer that pytest cannot ask.
TEST_PACKAGES = ("pytest", "pytest-timeout", "hypothesis", "'setuptools>=75,<82'")
TESTS = ("tests/ramwire/*/test_*.py", "tests/ramwire/literal/*/test_*.py")
PASSED_OVER = (
    *("storm", "fuzz", "examples"),
    *("test_bench.py", "test_bench_report.py", "test_faults.py", "test_hostility.py", "test_limits.py"),
)
"""What takes long or needs more than the library; an old glibc ends a thread only with descriptors left."""

INSIDE = """
set -eu
python3 -m venv /tmp/venv
/tmp/venv/bin/pip install --quiet --disable-pip-version-check "$(ls /wheels/ramwire-*.whl)[all]" {packages}
cd /project
exec /tmp/venv/bin/python -m pytest -q -p no:cacheprovider -o addopts= --import-mode=importlib {tests}
"""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run ramwire's suites on the Pythons of other Debians.")
    parser.add_argument("suites", metavar="SUITE", nargs="*", default=SUITES, help="bullseye, trixie, …")
    suites: Sequence[str] = parser.parse_args(argv).suites
    with tempfile.TemporaryDirectory() as wheels:
        _build_wheel(wheels)
        failed = [suite for suite in suites if _run(suite, wheels)]
    if failed:
        print(f"failed on {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _build_wheel(into: str) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", into, "src/ramwire"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _run(suite: str, wheels: str) -> int:
    image = base_image.ensure(base_image.recipe(suite, PACKAGES))
    script = INSIDE.format(packages=" ".join(TEST_PACKAGES), tests=" ".join(_tests()))
    settings = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": "/tmp/hypothesis",  # noqa: S108 - inside the container
        "PIP_DEFAULT_TIMEOUT": os.environ.get("PIP_DEFAULT_TIMEOUT", "60"),
    }
    command = ["docker", "run", "--rm", "--network=host", "--shm-size=512m", "--cap-add=SYS_ADMIN"]
    command += ["--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined"]
    for name, value in settings.items():
        command += ["--env", f"{name}={value}"]
    command += ["--volume", f"{ROOT}:/project:ro", "--volume", f"{wheels}:/wheels:ro"]
    return subprocess.run([*command, image, "sh", "-c", script], check=False).returncode


def _tests() -> list[str]:
    found = (path for pattern in TESTS for path in ROOT.glob(pattern))
    paths = {path.relative_to(ROOT) for path in found}
    return sorted(str(path) for path in paths if not set(path.parts) & set(PASSED_OVER))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
