"""What the stand-in for the printer's service answers in the gallery."""

from __future__ import annotations

import math
import time

from octoland_api import shapes

HISTORY_S = 900
SAMPLE_S = 10


def history() -> tuple[shapes.TemperatureSample, ...]:
    """A warm-up, and a print after it."""
    now_s = time.time()
    samples = []
    for ago_s in range(HISTORY_S, -1, -SAMPLE_S):
        warm = 1 - math.exp(-(HISTORY_S - ago_s) / 120)
        samples.append(
            shapes.TemperatureSample(
                time_s=now_s - ago_s,
                heaters=(
                    shapes.Temperature(heater="tool0", actual_celsius=21 + 191 * warm, target_celsius=215),
                    shapes.Temperature(heater="bed", actual_celsius=21 + 39 * warm, target_celsius=60),
                ),
            )
        )
    return tuple(samples)


_NOW_S = time.time()
FILES = shapes.Files(
    path="",
    entries=(
        shapes.Folder(path="calibration", name="calibration", files=8, size_bytes=31_000_000),
        shapes.File(
            path="box.gcode",
            name="calibration_box_0.2mm_PLA.gcode",
            size_bytes=2_345_678,
            date_s=_NOW_S - 5000,
            estimate_s=6840,
            filament_mm=4020,
            filament_g=12,
            layer_height_mm=0.2,
            printed=True,
        ),
        shapes.File(
            path="gear.gcode",
            name="Zahnrad_für_Extruder_v3.gcode",
            size_bytes=1_345_678,
            date_s=_NOW_S - 90_000,
            estimate_s=2520,
            filament_g=5,
            layer_height_mm=0.15,
        ),
    ),
    used_bytes=12_400_000_000,
    total_bytes=29_100_000_000,
)


def replies() -> dict[str, object]:
    """By verb."""
    return {
        "temperatures": shapes.Temperatures(
            heaters=history()[-1].heaters,
            presets=(
                shapes.Preset(name="PLA", tool_celsius=210, bed_celsius=60),
                shapes.Preset(name="PETG", tool_celsius=240, bed_celsius=80),
                shapes.Preset(name="ABS", tool_celsius=250, bed_celsius=100),
            ),
            history=history(),
        ),
        "files": FILES,
        "about": shapes.About(
            octoprint="1.11.8",
            plugin="0.1.0",
            python="3.13.5",
            hostname="octoland",
            addresses=("http://octoland.local/", "http://192.168.1.40/"),
            printer="Virtual printer",
        ),
        "connection": shapes.Connection(
            state=shapes.State.READY,
            port="/dev/ttyUSB0",
            baudrate=115200,
            ports=("/dev/ttyUSB0", "/dev/ttyACM0"),
            baudrates=(250000, 115200),
        ),
    }
