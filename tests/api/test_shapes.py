"""What travels: plain objects that come back as the shapes they were."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import msgspec
import pytest
from octoland_api import service_url
from octoland_api.shapes import (
    Event,
    Events,
    File,
    Files,
    FilesChanged,
    Folder,
    Message,
    Prompt,
    SelectedFile,
    State,
    Status,
    StatusChanged,
    Temperature,
    from_wire,
    to_wire,
)

STATUS = Status(
    state=State.PRINTING,
    state_text="Printing",
    file=SelectedFile(path="ships/hull.gcode", name="hull.gcode"),
    temperatures=(Temperature(heater="tool0", actual_celsius=204.5, target_celsius=205.0),),
    prompt=Prompt(text="Filament out", choices=("Go on", "Give up")),
)
EVENTS: tuple[Event, ...] = (StatusChanged(status=STATUS), Message(text="Hello", time_s=1.5), FilesChanged())
RECORDS = (
    STATUS,
    Events(next="x-3", events=EVENTS, lost=True),
    Files(
        path="", entries=(Folder(path="ships", name="ships", files=2), File(path="a.gcode", name="a.gcode"))
    ),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_shape_comes_back_from_the_wire_as_it_was(record: Status | Events | Files) -> None:
    plain = to_wire(record)

    assert from_wire(type(record), plain) == record
    assert from_wire(type(record), json.loads(json.dumps(plain))) == record
    assert from_wire(type(record), pickle.loads(pickle.dumps(plain))) == record


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_travels_is_plain(record: Status | Events | Files) -> None:
    kinds = {type(value) for value in _values(to_wire(record))}

    assert kinds <= {dict, list, tuple, str, int, float, bool, type(None)}


def test_fields_of_a_newer_peer_are_ignored() -> None:
    plain = {**to_wire(STATUS), "mood": "calm"}

    assert from_wire(Status, plain) == STATUS


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.state"):
        from_wire(Status, {"state": "sinking", "state_text": ""})


def test_the_service_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTOLAND_WIRE", "ramdrive:/elsewhere")

    assert service_url() == "ramdrive:/elsewhere"


def test_the_service_is_on_the_drive_in_the_users_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OCTOLAND_WIRE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert service_url() == f"ramdrive:{tmp_path}/ramdrive/octoprint"


def _values(plain: object) -> list[object]:
    if isinstance(plain, dict):
        return [plain, *(value for each in plain.values() for value in _values(each))]
    if isinstance(plain, (list, tuple)):
        return [plain, *(value for each in plain for value in _values(each))]
    return [plain]
