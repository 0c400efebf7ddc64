"""The plugin's rooms, each made once and given what it needs; and what OctoPrint tells them.

What OctoPrint tells comes from its own threads, the one that feeds the printer among them. It is handed to
the loop and nothing else: no lock, no work, no waiting.
"""

from __future__ import annotations

from typing import Protocol

from octoland_api import VERBS, service_url

from octoprint_octoland import prompts
from octoprint_octoland.access import Access
from octoprint_octoland.adapters import appkeys
from octoprint_octoland.adapters.appkeys import AppKeys, OctoPrintPlugins
from octoprint_octoland.adapters.messages import Messages, OctoPrintMessages
from octoprint_octoland.adapters.preferences import OctoPrintProfiles, OctoPrintSettings, Preferences
from octoprint_octoland.adapters.printer import OctoPrintPrinter, Printer
from octoprint_octoland.adapters.reading import Tree
from octoprint_octoland.adapters.storage import OctoPrintFileManager, Storage
from octoprint_octoland.adapters.users import OctoPrintHooks, OctoPrintUserManager, Users
from octoprint_octoland.addresses import Addresses, Listening
from octoprint_octoland.dispatch import Dispatch, Handler
from octoprint_octoland.events import Hub
from octoprint_octoland.keys import KeyDesk
from octoprint_octoland.layers import LayerCounter
from octoprint_octoland.load import Machine
from octoprint_octoland.loop import Loop
from octoprint_octoland.prompts import Prompts
from octoprint_octoland.service import Service
from octoprint_octoland.status import StatusReader
from octoprint_octoland.verbs.connection import ConnectionVerbs
from octoprint_octoland.verbs.files import FileVerbs
from octoprint_octoland.verbs.gcode import GcodeVerbs
from octoprint_octoland.verbs.job import JobVerbs
from octoprint_octoland.verbs.key import KeyVerbs
from octoprint_octoland.verbs.motion import MotionVerbs
from octoprint_octoland.verbs.prompt import PromptVerbs
from octoprint_octoland.verbs.status import StatusVerbs
from octoprint_octoland.verbs.temperature import TemperatureVerbs
from octoprint_octoland.versions import Versions


class _Plugins(OctoPrintPlugins, OctoPrintHooks, OctoPrintMessages, Protocol):
    """OctoPrint's plugin manager, as three of the rooms know it."""


class Rooms:
    def __init__(
        self,
        *,
        printer: OctoPrintPrinter,
        files: OctoPrintFileManager,
        users: OctoPrintUserManager,
        plugins: _Plugins,
        settings: OctoPrintSettings,
        profiles: OctoPrintProfiles,
        listening: Listening,
        versions: Versions,
    ) -> None:
        self._loop = Loop()
        self._prompts = Prompts()
        self._layers = LayerCounter(self.figures_changed)
        self._messages = Messages(plugins)
        self._figures_are_news = True
        the_printer = Printer(printer)
        storage = Storage(files)
        preferences = Preferences(settings, profiles)
        machine = Machine(storage.folder_of_uploads())
        addresses = Addresses(listening, lambda: preferences.public_port)
        status = StatusReader(
            printer=the_printer,
            preferences=preferences,
            storage=storage,
            machine=machine,
            prompts=self._prompts,
            layers=self._layers,
        )
        self._hub = Hub(self._loop, status.read)
        self._desk = KeyDesk(self._loop, AppKeys(plugins), addresses.first)
        access = Access(Users(users, plugins), preferences)
        handlers = [
            *StatusVerbs(status, self._hub, preferences, addresses, versions).handlers(),
            *TemperatureVerbs(the_printer, preferences, status).handlers(),
            *FileVerbs(the_printer, storage, machine).handlers(),
            *JobVerbs(the_printer, storage).handlers(),
            *MotionVerbs(the_printer, preferences).handlers(),
            *ConnectionVerbs(the_printer).handlers(),
            *PromptVerbs(the_printer, preferences, self._prompts).handlers(),
            *GcodeVerbs(the_printer).handlers(),
            *KeyVerbs(self._desk).handlers(),
        ]
        self._service = Service(preferences.wire or service_url(), _dispatched(access, handlers))

    def open(self) -> None:
        self._loop.start()
        self._messages.hear(appkeys.PLUGIN, self._key_question_told)
        self._messages.hear(prompts.PLUGIN, self._prompt_told)
        self._service.start()

    def close(self) -> None:
        # First of all, so that who waits hears at once that we are gone: were it answered, it would ask
        # again, and its question would lie there with nobody to take it.
        self._service.stop()
        self._messages.close()
        self._layers.stop()
        self._loop.post(self._desk.close)
        self._loop.post(self._hub.close)
        self._loop.stop()

    # --- what OctoPrint tells ---

    def message_sent(self, text: str, time_s: float) -> None:
        self._loop.post(lambda: self._hub.message(text, time_s))

    def action_heard(self, action: str) -> None:
        self._loop.post(lambda: self._hear(action))

    def state_changed(self) -> None:
        self._loop.post(self._hub.state_changed)

    def files_changed(self) -> None:
        self._loop.post(self._hub.files_changed)

    def access_may_have_changed(self) -> None:
        self._loop.post(self._hub.access_changed)

    def printer_left(self) -> None:
        self._close_prompt()

    def _key_question_told(self, message: Tree) -> None:
        user_token = AppKeys.ended(message)
        if user_token is not None:
            self._desk.ended(user_token)

    def _prompt_told(self, message: Tree) -> None:
        # Answered on OctoPrint's page, say; not every printer tells of that.
        if message.get("action") == "close":
            self._close_prompt()

    def _close_prompt(self) -> None:
        self._loop.post(self._prompts.close)
        self._loop.post(self._hub.state_changed)

    def figures_changed(self) -> None:
        # Figures change all the time: the loop is woken once for all until it has looked.
        if self._figures_are_news:
            self._figures_are_news = False
            self._loop.post(self._look_at_figures)

    # --- in the loop ---

    def _look_at_figures(self) -> None:
        self._figures_are_news = True
        self._hub.figures_changed()

    def _hear(self, action: str) -> None:
        if self._prompts.hear(action):
            self._hub.state_changed()


def _dispatched(access: Access, handlers: list[Handler]) -> dict[str, Dispatch]:
    """One for each verb of the table, none beside it."""
    served = {handler.verb.name: Dispatch(access, handler) for handler in handlers}
    if served.keys() != VERBS.keys():
        raise RuntimeError(f"verbs of the table and verbs served differ: {served.keys() ^ VERBS.keys()}")
    return served
