"""What is seen and can be touched now, for tests that touch the screen from outside: $OCTOLAND_TFT_MAP names
the file.

{"page": id, "overlay": id or null, "language": code, "words": [text], "targets": [{"id", "text", "x", "y",
"width", "height"}]}, in pixels from the top left corner; written whole, whenever it has changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional, TypedDict

from octoland_tft.kivy_api import Widget, Window
from octoland_tft.language import translator
from octoland_tft.shell import Shell
from octoland_tft.widgets.target import Target
from octoland_tft.widgets.text import Text


class TouchTarget(TypedDict):
    id: str
    text: str
    x: int
    y: int
    width: int
    height: int


class TouchMap(TypedDict):
    page: str
    overlay: Optional[str]
    language: str
    words: list[str]
    targets: list[TouchTarget]


def touch_map(shell: Shell) -> TouchMap:
    """What can be touched: under a modal overlay only what is on it."""
    overlay = shell.top_overlay()
    top: Widget = overlay if overlay is not None and overlay.modal else shell
    return {
        "page": shell.navigation.page_id,
        "overlay": shell.overlay or None,
        "language": translator.language,
        "words": [text.text for text in shell.walk(restrict=True) if isinstance(text, Text) and _shows(text)],
        "targets": [
            _target(each) for each in top.walk(restrict=True) if isinstance(each, Target) and _takes(each)
        ],
    }


def _shows(widget: Widget) -> bool:
    return widget.width > 0 and widget.height > 0 and widget.get_root_window() is not None


def _takes(target: Target) -> bool:
    return bool(target.target_id) and not (target.still or target.disabled) and _shows(target)


def _target(target: Target) -> TouchTarget:
    x, y = target.to_window(target.x, target.y)
    return {
        "id": target.target_id,
        "text": getattr(target, "text", ""),
        "x": round(x),
        "y": round(Window.height - y - target.height),
        "width": round(target.width),
        "height": round(target.height),
    }


class TouchMapFile:
    """Keeps the file fresh: looks after each frame that was drawn."""

    def __init__(self, shell: Shell, path: Path) -> None:
        self._shell = shell
        self._path = path
        self._written = ""
        Window.bind(on_flip=self._look)

    def _look(self, *_: object) -> None:
        text = json.dumps(touch_map(self._shell))
        if text != self._written:
            fresh = self._path.with_name(self._path.name + ".new")
            fresh.write_text(text, "utf-8")
            fresh.replace(self._path)
            self._written = text
