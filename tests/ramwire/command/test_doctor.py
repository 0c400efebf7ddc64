from __future__ import annotations

import subprocess
from pathlib import Path

from .processes import run


def test_served_address_is_healthy_and_its_holder_named(url: str, echo: subprocess.Popen[bytes]) -> None:
    done = run("doctor", url)
    assert done.code == 0
    assert str(echo.pid) in done.out
    assert "WRONG" not in done.out


def test_missing_folder_is_told_with_what_to_do(url: str, folder: Path) -> None:
    done = run("doctor", url)
    assert done.code == 3
    assert str(folder) in done.out
    assert "do: " in done.out
    assert not folder.exists(), "looking must make nothing"


def test_folder_that_is_a_link_is_found(url: str, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "server").symlink_to(tmp_path)
    done = run("doctor", url)
    assert done.code == 3
    assert "WRONG" in done.out
    assert str(folder / "server") in done.out


def test_wrong_address_exits_with_2() -> None:
    done = run("doctor", "carrier:pigeon")
    assert (done.code, done.out) == (2, "")
    assert "ramdrive" in done.err
