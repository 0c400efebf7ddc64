"""The machine itself: memory, disk, temperature of the processor."""

from __future__ import annotations

import time
from typing import Optional

import psutil
from octoland_api.shapes import Load

# As kernels name the processor's sensor: Raspberry Pi, Intel, AMD, other boards.
_CPU_SENSORS = ("cpu_thermal", "coretemp", "k10temp", "zenpower", "soc_thermal", "acpitz")
KEPT_S = 2.0


class Machine:
    """Measures at most every two seconds, whoever asks."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._measured = 0.0
        self._load: Optional[Load] = None

    def load(self) -> Load:
        now = time.monotonic()
        if self._load is None or now - self._measured > KEPT_S:
            self._load, self._measured = self._measure(), now
        return self._load

    def _measure(self) -> Load:
        disk = self.disk()
        return Load(
            cpu_celsius=_cpu_celsius(),
            ram_percent=float(psutil.virtual_memory().percent),
            disk_percent=100.0 * disk[0] / disk[1] if disk and disk[1] else None,
            disk_used_bytes=disk[0] if disk else None,
            disk_total_bytes=disk[1] if disk else None,
        )

    def disk(self) -> Optional[tuple[int, int]]:
        """Bytes used and in all, where OctoPrint keeps its files."""
        try:
            usage = psutil.disk_usage(self._folder)
        except OSError:
            return None
        return usage.total - usage.free, usage.total


def _cpu_celsius() -> Optional[float]:
    # Not on every system.
    if not hasattr(psutil, "sensors_temperatures"):
        return None
    sensors = psutil.sensors_temperatures()
    for name in _CPU_SENSORS:
        for sensor in sensors.get(name, ()):
            if sensor.current:
                return float(sensor.current)
    return None
