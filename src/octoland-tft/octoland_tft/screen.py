"""The running screen: model, frame and loop joined together."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Optional

from octoland_tft.failure import Failure
from octoland_tft.kivy_api import App, Clock, ExceptionHandler, ExceptionManager, Widget, Window
from octoland_tft.language import translator
from octoland_tft.printer import Printer
from octoland_tft.printer.wire import Wire
from octoland_tft.rest import RestingLoop
from octoland_tft.settings import Settings
from octoland_tft.shell import Shell
from octoland_tft.touch_map import TouchMapFile
from octoland_tft.wake_sources import find_source
from octoland_tft.watchdog import Watchdog
from octoland_tft.words import failure_words

logger = logging.getLogger(__name__)

# On KMS the first frames of a page that does not move are lost.
FIRST_FRAMES = 3


class Screen(App):
    """`shell` is the root widget, `printer` the model."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings()
        translator.use(self.settings.language)
        translator.fbind("language", self._remember_language)
        self.printer = Printer(Wire(), self.settings)
        self.shell = Shell(self.printer)
        self._watchdog = Watchdog()
        self._map: Optional[TouchMapFile] = None

    def _remember_language(self, _translator: object, code: str) -> None:
        self.settings.language = code

    def build(self) -> Optional[Widget]:
        self.printer.bind(on_failure=self._tell_failure)
        ExceptionManager.add_handler(_PageGuard(self.shell))
        RestingLoop(find_source()).install()
        map_path = os.environ.get("OCTOLAND_TFT_MAP")
        # Kept: Kivy's bindings do not keep what they are bound to.
        self._map = TouchMapFile(self.shell, Path(map_path)) if map_path else None
        self.shell.navigation.home()
        return self.shell

    def load_kv(self, filename: Optional[str] = None) -> object:  # noqa: ARG002 - Kivy's name for it
        """There is none for the program itself: each page brings its own."""
        return None

    def on_start(self) -> None:
        self.printer.start()
        for frame in range(FIRST_FRAMES):
            Clock.schedule_once(lambda _dt: Window.canvas.ask_update(), frame / 10)
        Clock.schedule_once(lambda _dt: self._watchdog.ready(), 0)
        # For those who write pages: the one they see when the screen starts anew.
        if page := os.environ.get("OCTOLAND_TFT_PAGE"):
            self.shell.navigation.leave_splash()
            self.shell.navigation.open(page)

    def on_stop(self) -> None:
        self._watchdog.stopping()
        self.printer.stop()

    def end_soon(self) -> None:
        """From a signal's handler."""
        Clock.schedule_once(lambda _dt: self.stop(), 0)

    def _tell_failure(self, _printer: Printer, failure: Failure) -> None:
        self.shell.navigation.toast(failure_words(failure))


class _PageGuard(ExceptionHandler):
    """What a page's own code raises ends that page, not the screen."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell

    def handle_exception(self, inst: BaseException) -> int:
        if not isinstance(inst, Exception):
            return int(ExceptionManager.RAISE)
        self._shell.navigation.page_failed(inst)
        return int(ExceptionManager.PASS)
