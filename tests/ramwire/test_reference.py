"""The library's reference is made from its docstrings: every public name has one."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import ramwire


def test_reference_is_built_and_shows_every_public_name(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "pdoc", "--no-show-source", "-o", str(tmp_path)]
    done = subprocess.run(
        [*command, "ramwire", "ramwire.testing"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "ramwire.html").read_text()
    assert [name for name in ramwire.__all__ if f'id="{name}"' not in page] == []


@pytest.mark.parametrize("name", ramwire.__all__)
def test_public_name_and_its_methods_say_what_they_are(name: str) -> None:
    public = getattr(ramwire, name)
    assert inspect.getdoc(public)
    methods = inspect.getmembers(public, inspect.isfunction) if inspect.isclass(public) else []
    silent = [method for method, function in methods if method[0] != "_" and not inspect.getdoc(function)]
    assert silent == []
