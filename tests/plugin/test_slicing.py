"""Layer height and filament's weight, as slicers note them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoprint_octoland import slicing
from octoprint_octoland.slicing import Notes, SlicerNotes, parse

NOTED = [
    (b"; filament used [g] = 12.34\n; layer_height = 0.2\n", Notes(0.2, 12.34)),
    (b"; total filament used [g] = 3\n", Notes(None, 3.0)),
    (b";Layer height: 0.12\n", Notes(0.12, None)),
    (b"; layer_height = 0.15\n; first_layer_height = 0.3\n", Notes(0.15, None)),
    (b"; total filament weight [g] : 7.5\n", Notes(None, 7.5)),
    (b"G28\n", Notes()),
    (b"; layer_height = thick\n", Notes()),
]


@pytest.mark.parametrize(("comments", "notes"), NOTED)
def test_notes_of_slicers_are_understood(comments: bytes, notes: Notes) -> None:
    assert parse(comments) == notes


@given(comments=st.binary(max_size=2000))
def test_any_bytes_are_read(comments: bytes) -> None:
    assert isinstance(parse(comments), Notes)


def test_notes_at_both_ends_of_a_long_file_are_found(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_bytes(b";Layer height: 0.3\n" + b"G1 X1\n" * 100_000 + b"; filament used [g] = 5.5\n")

    assert SlicerNotes().of(str(path)) == Notes(0.3, 5.5)


def test_a_new_version_of_a_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_bytes(b";Layer height: 0.3\n")
    notes = SlicerNotes()
    assert notes.of(str(path)).layer_height_mm == 0.3

    path.write_bytes(b";Layer height: 0.1\n")
    os.utime(path, (1, 1))

    assert notes.of(str(path)).layer_height_mm == 0.1


def test_a_large_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def parse_and_count(comments: bytes) -> Notes:
        read.append(comments)
        return parse(comments)

    monkeypatch.setattr(slicing, "parse", parse_and_count)
    paths = [tmp_path / f"{number}.gcode" for number in range(1000)]
    for path in paths:
        path.write_bytes(b"G28\n")

    notes = SlicerNotes()
    for path in [*paths, *paths]:
        notes.of(str(path))

    assert len(read) == len(paths)


def test_a_file_that_is_gone_has_no_notes(tmp_path: Path) -> None:
    assert SlicerNotes().of(str(tmp_path / "gone.gcode")) == Notes()
