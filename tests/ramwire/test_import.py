"""What a program does not use, it does not pay for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ramwire.testing import ServiceProcess

NEEDED_BY_FEW = {
    "asyncio",
    "concurrent.futures",
    "ctypes",
    "dataclasses",
    "difflib",
    "inspect",
    "logging",
    "mpu",
    "multiprocessing",
    "pickletools",
    "pkg_resources",
    "socket",
    "subprocess",
    "tempfile",
    "traceback",
    "urllib",
}


def loaded_by(program: str) -> set[str]:
    """The modules that a program has when it has run."""
    program += "\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def wires_and_heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name in NEEDED_BY_FEW or name.startswith("ramwire.")}


def test_bare_name_imports_nothing_of_ours() -> None:
    assert not wires_and_heavy(loaded_by("import ramwire"))


def test_client_and_server_import_no_wire() -> None:
    loaded = loaded_by("import ramwire; ramwire.Client; ramwire.Server")
    assert not loaded & NEEDED_BY_FEW
    assert not {name for name in loaded if name.startswith("ramwire.") and name.count(".") > 1}


@pytest.mark.parametrize("end", ["client", "server"])
def test_end_of_the_drive_imports_nothing_that_few_need(end: str) -> None:
    loaded = loaded_by(f"import ramwire.ramdrive.{end}; from ramwire import {end.title()}")
    assert not loaded & (NEEDED_BY_FEW - {"ctypes"} if end == "server" else NEEDED_BY_FEW)
    wires = {name.split(".")[1] for name in loaded if name.startswith("ramwire.") and name.count(".") > 1}
    assert wires == {"ramdrive"}


def test_call_over_the_drive_imports_nothing_that_few_need(drive: Path) -> None:
    url = f"ramdrive:{drive}/service"
    with ServiceProcess(url):
        loaded = loaded_by(f"import ramwire; assert ramwire.Client('{url}').call('add', 2, 5) == 7")
    assert not loaded & NEEDED_BY_FEW
