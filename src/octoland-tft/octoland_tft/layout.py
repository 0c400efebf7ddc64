"""The kv file beside a module: loaded once, when the module is."""

from __future__ import annotations

from pathlib import Path

from octoland_tft.kivy_api import Builder


def load_beside(module_file: str) -> None:
    """Load `motors.kv` for `.../motors.py` (`__file__`)."""
    file = str(Path(module_file).with_suffix(".kv"))
    if file not in Builder.files:
        Builder.load_file(file)
