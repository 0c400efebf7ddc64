"""Wheels built on the controller: the same from the same source."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from .module import load

build_wheels = load("roles/wheels/files/build_wheels.py")

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "little"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["little"]
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one small distribution."""
    package = tmp_path / "src/little/little"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("ANSWER = 42\n")
    (package.parent / "pyproject.toml").write_text(PROJECT)
    return tmp_path / "src"


def digest(folder: Path) -> str:
    """Of the one wheel in a folder."""
    (wheel,) = folder.glob("*.whl")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_same_source_gives_the_same_wheel(source: Path, tmp_path: Path) -> None:
    first = build_wheels.built_folder(source, tmp_path / "one")
    (source / "little/little/__init__.py").touch()
    second = build_wheels.built_folder(source, tmp_path / "two")
    assert digest(first) == digest(second)


def test_unchanged_source_is_not_built_again(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_wheels.built_folder(source, tmp_path / "cache")

    def build(_source: Path, _target: Path) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(build_wheels, "build", build)
    assert build_wheels.built_folder(source, tmp_path / "cache") == first


def test_build_that_failed_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    (source / "little/pyproject.toml").write_text("no project")
    with pytest.raises(build_wheels.subprocess.CalledProcessError):
        build_wheels.built_folder(source, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_runs_leave_behind_is_no_source(source: Path) -> None:
    before = build_wheels.fingerprint(source)
    cache = source / "little/little/__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"compiled")
    (source / "little/little/x.mo").write_bytes(b"catalogue")
    assert build_wheels.fingerprint(source) == before


def test_every_change_of_the_source_is_seen(source: Path) -> None:
    before = build_wheels.fingerprint(source)
    (source / "little/little/__init__.py").write_text("ANSWER = 43\n")
    assert build_wheels.fingerprint(source) != before
