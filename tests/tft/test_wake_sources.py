"""What the loop sleeps on where there is no X server: input devices, here FIFOs in their place."""

from __future__ import annotations

import os
import select
from pathlib import Path

from octoland_tft.wake_sources import InputDevices

DEADLINE_S = 5.0


def woken_by(devices: InputDevices) -> None:
    """Sleep as the loop does, until one of the descriptors wakes it."""
    ready, _, _ = select.select(list(devices.descriptors), [], [], DEADLINE_S)
    assert ready
    for descriptor in ready:
        devices.woken(descriptor)


def quiet(devices: InputDevices) -> bool:
    return not select.select(list(devices.descriptors), [], [], 0)[0]


def test_a_device_wakes_the_loop_and_is_emptied(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event0")
    devices = InputDevices(tmp_path)
    with (tmp_path / "event0").open("wb", buffering=0) as finger:
        finger.write(b"touch")
        woken_by(devices)

        assert quiet(devices)


def test_a_device_that_comes_later_counts(tmp_path: Path) -> None:
    devices = InputDevices(tmp_path)
    before = set(devices.descriptors)

    os.mkfifo(tmp_path / "event1")
    woken_by(devices)

    assert len(devices.descriptors - before) == 1


def test_a_device_that_is_unplugged_is_let_go(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event0")
    devices = InputDevices(tmp_path)
    before = set(devices.descriptors)

    (tmp_path / "event0").unlink()
    woken_by(devices)

    assert len(before - devices.descriptors) == 1


def test_what_is_no_device_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mouse0")

    assert len(InputDevices(tmp_path).descriptors) == 1
