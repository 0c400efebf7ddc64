"""Compiles the catalogues into the wheel. A source tree, editable too, is read from its .po files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg] # its configuration is none of ours
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        for source in sorted((Path(self.root) / "octoland_tft/locale").glob("*.po")):
            compiled = Path(self._folder.name) / f"{source.stem}.mo"
            with source.open("rb") as words, compiled.open("wb") as file:
                write_mo(file, read_po(words))
            build_data["force_include"][str(compiled)] = f"octoland_tft/locale/{compiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        if version != "editable":
            self._folder.cleanup()
