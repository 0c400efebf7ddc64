"""The plugin as OctoPrint sees it: one section for each of OctoPrint's mixins and hooks, each thin."""

from __future__ import annotations

import logging
import time
from typing import Callable, Optional, TypeVar

import flask
import octoprint
import octoprint.plugin
from octoprint.events import Events as OctoPrintEvents

from octoprint_octoland.adapters.preferences import DEFAULTS
from octoprint_octoland.addresses import Listening
from octoprint_octoland.rooms import Rooms
from octoprint_octoland.versions import Versions

Response = TypeVar("Response")

_STATE_EVENTS = frozenset(
    (
        OctoPrintEvents.PRINTER_STATE_CHANGED,
        OctoPrintEvents.FILE_SELECTED,
        OctoPrintEvents.FILE_DESELECTED,
        OctoPrintEvents.PRINTER_PROFILE_MODIFIED,
        OctoPrintEvents.SETTINGS_UPDATED,
    )
)
_FILE_EVENTS = frozenset(
    (
        OctoPrintEvents.FILE_ADDED,
        OctoPrintEvents.FILE_REMOVED,
        OctoPrintEvents.FILE_MOVED,
        OctoPrintEvents.FOLDER_ADDED,
        OctoPrintEvents.FOLDER_REMOVED,
        OctoPrintEvents.FOLDER_MOVED,
        OctoPrintEvents.METADATA_ANALYSIS_FINISHED,
        OctoPrintEvents.METADATA_STATISTICS_UPDATED,
    )
)
_READING = frozenset(("GET", "HEAD", "OPTIONS"))


class Figures(octoprint.printer.PrinterCallback):  # type: ignore[misc] # OctoPrint has no types
    """OctoPrint calls it with each change of a figure; it only hands that on."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def on_printer_send_current_data(self, data: object) -> None:  # noqa: ARG002 - OctoPrint's signature
        self._rooms.figures_changed()


class OctoLandPlugin(
    octoprint.plugin.StartupPlugin,  # type: ignore[misc] # OctoPrint has no types
    octoprint.plugin.ShutdownPlugin,  # type: ignore[misc]
    octoprint.plugin.SettingsPlugin,  # type: ignore[misc]
    octoprint.plugin.TemplatePlugin,  # type: ignore[misc]
    octoprint.plugin.EventHandlerPlugin,  # type: ignore[misc]
):
    def __init__(self) -> None:
        self._rooms: Optional[Rooms] = None
        self._figures: Optional[Figures] = None
        self._listening = Listening("127.0.0.1", 5000)

    # --- StartupPlugin ---

    def on_startup(self, host: str, port: int) -> None:
        self._listening = Listening(host or "", port)

    def on_after_startup(self) -> None:
        ours = logging.getLogger(__package__)
        if ours.level == logging.NOTSET:
            # Of packages that are not its own OctoPrint keeps warnings only.
            ours.setLevel(logging.INFO)
        rooms = Rooms(
            printer=self._printer,
            files=self._file_manager,
            users=self._user_manager,
            plugins=self._plugin_manager,
            settings=self._settings,
            profiles=self._printer_profile_manager,
            listening=self._listening,
            versions=Versions(octoprint=octoprint.__version__, plugin=self._plugin_version),
        )
        rooms.open()
        self._figures = Figures(rooms)
        self._printer.register_callback(self._figures)
        self._rooms = rooms

    # --- ShutdownPlugin ---

    def on_shutdown(self) -> None:
        if self._figures is not None:
            self._printer.unregister_callback(self._figures)
        rooms, self._rooms = self._rooms, None
        if rooms is not None:
            rooms.close()

    # --- SettingsPlugin ---

    def get_settings_defaults(self) -> dict[str, object]:
        return DEFAULTS

    # --- TemplatePlugin ---

    def get_template_configs(self) -> list[dict[str, object]]:
        return [{"type": "settings", "name": "OctoLand", "custom_bindings": False}]

    def is_template_autoescaped(self) -> bool:
        return True

    # --- EventHandlerPlugin ---

    def on_event(self, event: str, payload: object) -> None:  # noqa: ARG002 - OctoPrint's signature
        rooms = self._rooms
        if rooms is None:
            return
        if event == OctoPrintEvents.DISCONNECTED:
            rooms.printer_left()
        elif event in _STATE_EVENTS:
            rooms.state_changed()
        elif event in _FILE_EVENTS:
            rooms.files_changed()

    # --- hook octoprint.comm.protocol.gcode.sent: what it returns would replace the line ---

    def gcode_sent(
        self,
        comm: object,  # noqa: ARG002
        phase: str,  # noqa: ARG002
        cmd: str,
        cmd_type: Optional[str],  # noqa: ARG002
        gcode: Optional[str],
        *_: object,
        **__: object,
    ) -> None:
        rooms = self._rooms
        if gcode == "M117" and rooms is not None:
            rooms.message_sent(cmd[len("M117") :].strip(), time.time())

    # --- hook octoprint.comm.protocol.action ---

    def action_received(self, comm: object, line: str, action: str, *_: object, **__: object) -> None:  # noqa: ARG002
        rooms = self._rooms
        if action.startswith("prompt_") and rooms is not None:
            rooms.action_heard(action)

    # --- hook octoprint.server.api.after_request: no event tells that a key was taken back ---

    def after_api_request(self, *_: object, **__: object) -> list[Callable[[Response], Response]]:
        return [self._api_answered]

    def _api_answered(self, response: Response) -> Response:
        rooms = self._rooms
        if rooms is not None and flask.request.method not in _READING:
            rooms.access_may_have_changed()
        return response
