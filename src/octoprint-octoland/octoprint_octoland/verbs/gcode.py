"""gcode.send"""

from __future__ import annotations

from octoland_api.arguments import SendGcode

from octoprint_octoland import guards
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler


class GcodeVerbs:
    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def handlers(self) -> list[Handler]:
        return [handler("gcode.send", SendGcode, self._send)]

    def _send(self, wanted: SendGcode, _: Request) -> None:
        # Also while printing, as OctoPrint's own terminal allows.
        guards.connected(self._printer)
        self._printer.send(wanted.commands)
