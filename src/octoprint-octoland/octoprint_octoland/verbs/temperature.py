"""temperatures, temperature.set"""

from __future__ import annotations

from octoland_api.arguments import Nothing, SetTemperature
from octoland_api.shapes import Temperatures

from octoprint_octoland import guards
from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler
from octoprint_octoland.status import StatusReader

# As many as a small screen has columns for.
HISTORY_SAMPLES = 240


class TemperatureVerbs:
    def __init__(self, printer: Printer, preferences: Preferences, status: StatusReader) -> None:
        self._printer = printer
        self._preferences = preferences
        self._status = status

    def handlers(self) -> list[Handler]:
        return [
            handler("temperatures", Nothing, self._read),
            handler("temperature.set", SetTemperature, self._set),
        ]

    def _read(self, _: Nothing, __: Request) -> Temperatures:
        return Temperatures(
            heaters=self._status.heaters(),
            presets=self._preferences.presets(),
            history=self._printer.temperature_history(HISTORY_SAMPLES),
        )

    def _set(self, wanted: SetTemperature, _: Request) -> None:
        guards.heater_exists(self._preferences.profile(), wanted.heater)
        guards.not_too_hot(self._preferences, wanted.heater, wanted.celsius)
        guards.connected(self._printer)
        self._printer.set_temperature(wanted.heater, wanted.celsius)
