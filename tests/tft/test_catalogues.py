"""The catalogues: complete, fresh, and in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Optional

import pytest
from octoland_tft import catalogue
from octoland_tft.catalogue import LANGUAGES, SOURCE, load

ROOT = Path(__file__).parents[2]
SCREEN = ROOT / "src/octoland-tft"
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]


def test_the_catalogues_are_fresh_and_complete() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "tools.messages", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_source_tree_speaks_each_language(code: str) -> None:
    assert load(code).gettext("Keep printing") != "Keep printing"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(SCREEN)], check=True
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_a_wheel_has_each_language_compiled(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if "/locale/" in name}

    assert inside == {f"octoland_tft/locale/{code}.mo" for code in TRANSLATED}


def test_a_wheel_speaks_without_babel(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    ask = (
        "import sys; sys.modules['babel'] = None; from octoland_tft.catalogue import load;"
        "print(load('de').gettext('Keep printing'))"
    )

    said = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )

    assert said.stdout.decode().strip() == "Weiterdrucken"


def test_a_wheel_has_the_layout_of_each_module(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if name.endswith(".kv")}
    there = {path.relative_to(SCREEN).as_posix() for path in (SCREEN / "octoland_tft").rglob("*.kv")}

    assert inside == there


@pytest.mark.parametrize("content", [b"", b"broken", b"\xde\x12\x04\x95" + 8 * b"\xff", None])
def test_without_a_sound_catalogue_the_screen_speaks_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Optional[bytes]
) -> None:
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    if content is not None:
        (tmp_path / "de.mo").write_bytes(content)

    assert load("de").gettext("Motors off") == "Motors off"
