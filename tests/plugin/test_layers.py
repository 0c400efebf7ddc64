"""Counting layers: the marks of several slicers, wherever the reading happens to cut the file."""

from __future__ import annotations

import threading
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoprint_octoland import layers
from octoprint_octoland.layers import LayerCounter, Layers, find_layers

MARKS = [";LAYER_CHANGE", ";LAYER:{n}", "; CHANGE_LAYER", "; layer {n}, Z = 0.2", "; BEGIN_LAYER_OBJECT z=1"]


def starts(path: Path) -> list[int]:
    return list(find_layers(str(path), threading.Event()))


@pytest.mark.parametrize("mark", MARKS)
def test_the_marks_of_each_slicer_are_found(tmp_path: Path, mark: str) -> None:
    text = "G28\n" + "".join(f"{mark.format(n=n)}\nG1 X{n}\n" for n in range(1, 6))
    path = tmp_path / "part.gcode"
    path.write_text(text, encoding="utf-8")

    assert len(starts(path)) == 5
    assert starts(path)[0] == 4


def test_a_mark_on_the_first_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_text(";LAYER:0\nG28\n", encoding="utf-8")

    assert starts(path) == [0]


def test_what_only_looks_like_a_mark_is_none(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_text(";LAYER_CHANGES\n;LAYER_COUNT:7\nM117 ;LAYER:1\n; layer height 0.2\n", encoding="utf-8")

    assert starts(path) == []


@given(gaps=st.lists(st.integers(1, 300), min_size=1, max_size=30))
def test_marks_are_found_wherever_a_chunk_ends(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[int]
) -> None:
    path = tmp_path_factory.mktemp("layers") / "part.gcode"
    text, expected = "", []
    for number, gap in enumerate(gaps):
        text += ";" + "x" * gap + "\n"
        expected.append(len(text))
        text += f";LAYER:{number}\n"
    path.write_text(text, encoding="ascii")

    with pytest.MonkeyPatch.context() as small:
        small.setattr(layers, "CHUNK_BYTES", 128)
        small.setattr(layers, "PAUSE_S", 0)
        assert starts(path) == expected


def test_a_file_of_no_end_has_no_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "CHUNK_BYTES", 64)
    monkeypatch.setattr(layers, "MOST_BYTES", 1000)
    path = tmp_path / "part.gcode"
    path.write_text(";LAYER:1\n" * 200, encoding="ascii")

    assert starts(path) == []


def test_the_layer_at_a_position_counts_from_one() -> None:
    known = Layers(array("Q", [10, 20, 30]))

    assert [known.at(position) for position in (0, 9, 10, 19, 20, 999)] == [0, 0, 1, 1, 2, 3]
    assert len(known) == 3


def test_layers_are_counted_in_the_background_and_told(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_text("G28\n;LAYER:0\n;LAYER:1\n", encoding="utf-8")
    counted = threading.Event()
    counter = LayerCounter(counted.set)

    first = counter.of(str(path))
    assert counted.wait(5)
    second = counter.of(str(path))

    assert first is None
    assert second is not None
    assert len(second) == 2


def test_a_file_that_changed_is_counted_anew(tmp_path: Path) -> None:
    path = tmp_path / "part.gcode"
    path.write_text(";LAYER:0\n", encoding="utf-8")
    counted = threading.Event()
    counter = LayerCounter(counted.set)
    counter.of(str(path))
    assert counted.wait(5)

    path.write_text(";LAYER:0\n;LAYER:1\n", encoding="utf-8")
    counted.clear()
    assert counter.of(str(path)) is None
    assert counted.wait(5)
    anew = counter.of(str(path))

    assert anew is not None
    assert len(anew) == 2


def test_a_file_that_is_gone_has_no_layers(tmp_path: Path) -> None:
    assert LayerCounter(lambda: None).of(str(tmp_path / "gone.gcode")) is None
