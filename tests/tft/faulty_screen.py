"""The real screen with two faulty pages: Utilities cannot be built, Files raises at a touch, or hangs."""

from __future__ import annotations

import os
import sys
import threading

from octoland_tft import app

app.configure_kivy(os.environ["OCTOLAND_TFT_SIZE"], os.environ["OCTOLAND_TFT_DISPLAY"])

from octoland_tft.pages import files, utilities  # noqa: E402
from octoland_tft.widgets.button import PushButton  # noqa: E402


class FaultyUtilities(utilities.UtilitiesPage):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        # Fails in the middle of a kv rule, from which Kivy does not recover by itself.
        self.add_widget(PushButton(icon="no-such-icon"))


class FaultyFiles(files.FilesPage):
    def on_enter(self) -> None:
        self.clear_widgets()
        for target_id, action in (("raises", self._fail), ("hangs", self._hang)):
            button = PushButton(target_id=target_id, text=target_id)
            button.bind(on_release=action)
            self.add_widget(button)

    def _hang(self, *_args: object) -> None:
        threading.Event().wait()

    def _fail(self, *_args: object) -> None:
        raise RuntimeError("this handler fails")


utilities.UtilitiesPage = FaultyUtilities  # type: ignore[misc]
files.FilesPage = FaultyFiles  # type: ignore[misc]

if __name__ == "__main__":
    sys.exit(app.main())
