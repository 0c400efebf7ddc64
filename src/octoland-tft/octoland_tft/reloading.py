"""On a desk, a page is made anew as soon as its `.py` or `.kv` is saved ($OCTOLAND_TFT_RELOAD=1)."""

from __future__ import annotations

import importlib
import logging
import sys
import threading
from pathlib import Path
from types import ModuleType

from octoland_tft import inotify, pages
from octoland_tft.kivy_api import Builder, Clock, Factory
from octoland_tft.navigation import Navigation

logger = logging.getLogger(__name__)


class PageReloader:
    """Watches each folder of pages; what was saved is loaded on the screen's own thread."""

    def __init__(self, navigation: Navigation) -> None:
        self._navigation = navigation
        for folder in pages.__path__:
            watch = inotify.FolderWatch(Path(folder), inotify.CLOSE_WRITE | inotify.MOVED_TO, blocking=True)
            threading.Thread(
                target=self._wait, args=(Path(folder), watch), name="reloader", daemon=True
            ).start()

    def _wait(self, folder: Path, watch: inotify.FolderWatch) -> None:
        while True:
            saved = {folder / name for name in watch.names() if name.endswith((".py", ".kv"))}
            Clock.schedule_once(lambda _dt, saved=frozenset(saved): self._load(saved), 0)

    def _load(self, saved: frozenset[Path]) -> None:
        for path in saved:
            page_id = path.stem
            module = sys.modules.get(f"{pages.__name__}.{page_id}")
            if module is None:
                continue  # not opened yet: it will be loaded as it is then
            try:
                _load_again(path, module)
            except Exception as error:  # noqa: BLE001 - a page half written is shown as what it is
                self._navigation.broken(page_id, error)
            else:
                logger.info("Loaded %s anew", path.name)
                self._navigation.forget(page_id)


def _load_again(path: Path, module: ModuleType) -> None:
    layout = str(path.with_suffix(".kv"))
    if layout in Builder.files:
        Builder.unload_file(layout)
    if path.suffix == ".py":
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                Factory.unregister(name)
        # The module loads its layout itself.
        importlib.reload(module)
    else:
        Builder.load_file(layout)
