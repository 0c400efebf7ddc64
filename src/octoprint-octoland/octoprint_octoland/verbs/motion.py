"""motion.jog, motion.home, motion.extrude, motion.off"""

from __future__ import annotations

from octoland_api.arguments import Extrude, Home, Jog, Nothing
from octoland_api.errors import InvalidArguments

from octoprint_octoland import guards
from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler

MOTORS_OFF = "M18"
# Less than a step of any printer's motors.
LEAST_MM = 0.001


class MotionVerbs:
    def __init__(self, printer: Printer, preferences: Preferences) -> None:
        self._printer = printer
        self._preferences = preferences

    def handlers(self) -> list[Handler]:
        return [
            handler("motion.jog", Jog, self._jog),
            handler("motion.home", Home, self._home),
            handler("motion.extrude", Extrude, self._extrude),
            handler("motion.off", Nothing, self._off),
        ]

    def _jog(self, wanted: Jog, _: Request) -> None:
        distances_mm = {"x": wanted.x_mm, "y": wanted.y_mm, "z": wanted.z_mm}
        axes_mm = {axis: distance for axis, distance in distances_mm.items() if abs(distance) >= LEAST_MM}
        if not axes_mm:
            raise InvalidArguments("motion.jog: give a distance of 0.001 mm or more for x_mm, y_mm or z_mm.")
        guards.not_printing(self._printer)
        self._printer.jog(axes_mm, wanted.speed_mm_min)

    def _home(self, wanted: Home, _: Request) -> None:
        guards.not_printing(self._printer)
        self._printer.home(tuple(dict.fromkeys(wanted.axes)))

    def _extrude(self, wanted: Extrude, _: Request) -> None:
        if abs(wanted.length_mm) < LEAST_MM:
            raise InvalidArguments(
                "motion.extrude: give a length_mm of 0.001 mm or more, or of -0.001 or less."
            )
        if wanted.tool is not None:
            guards.tool_exists(self._preferences.profile(), wanted.tool)
        guards.not_printing(self._printer)
        self._printer.extrude(wanted.length_mm, wanted.tool, wanted.speed_mm_min)

    def _off(self, _: Nothing, __: Request) -> None:
        # A paused print would go on somewhere else.
        guards.idle(self._printer)
        self._printer.send((MOTORS_OFF,))
