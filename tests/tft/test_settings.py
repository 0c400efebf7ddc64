"""What the screen remembers survives anything, and is its own."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from octoland_tft.settings import Settings


def test_settings_are_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "state")
    settings.language, settings.key = "de", "a-key"

    again = Settings(tmp_path / "state")

    assert (again.language, again.key) == ("de", "a-key")


def test_they_are_for_their_owner_alone(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "state")
    settings.language, settings.key = "de", "a-key"

    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert modes == {"settings.json": 0o600, "api-key": 0o600}


def test_a_key_can_be_forgotten(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.key = "a-key"

    settings.key = None

    assert Settings(tmp_path).key is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"language": 7}', b"\xff\xfe", b"[]", b'{"of": "later"}'])
def test_what_is_not_understood_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)

    settings = Settings(tmp_path)

    assert settings.language == ""
    settings.language = "fr"
    assert Settings(tmp_path).language == "fr"


def test_a_folder_that_takes_nothing_is_told_and_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")
    settings = Settings(in_the_way)

    settings.language = "es"

    assert settings.language == "es"
    assert "cannot be written" in caplog.text


def test_a_full_disk_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(tmp_path)
    settings.key = "a-key"

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    settings.key = "another"

    assert "No space left" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == ["api-key"]
    assert Settings(tmp_path).key == "a-key"
