"""OctoPrint plugin: serves the printer on the RAM drive."""

from __future__ import annotations

__plugin_name__ = "OctoLand"
__plugin_description__ = (
    "Serves the printer to a screen and to other programs on this machine, on a RAM drive"
)
__plugin_author__ = "The OctoLand authors"
__plugin_license__ = "AGPL-3.0-only"
__plugin_pythoncompat__ = ">=3.9,<4"


def __plugin_load__() -> None:  # noqa: N807 - OctoPrint's name
    # Here, so that what needs no OctoPrint can be imported without it.
    from octoprint_octoland.plugin import OctoLandPlugin  # noqa: PLC0415

    plugin = OctoLandPlugin()
    globals()["__plugin_implementation__"] = plugin
    globals()["__plugin_hooks__"] = {
        "octoprint.comm.protocol.gcode.sent": plugin.gcode_sent,
        "octoprint.comm.protocol.action": plugin.action_received,
        "octoprint.server.api.after_request": plugin.after_api_request,
    }
