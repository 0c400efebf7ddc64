"""What the screen remembers: its language, and the API key that OctoPrint gave it.

`settings.json` and `api-key` in the state folder ($OCTOLAND_TFT_STATE), readable for their owner alone. A
file that is not there or cannot be read is as if nothing had been remembered; what cannot be written is
remembered until the screen ends.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Optional

import msgspec

log = logging.getLogger(__name__)

VARIABLE = "OCTOLAND_TFT_STATE"


class Remembered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """settings.json. An empty `language` has not been chosen yet."""

    language: str = ""


def state_folder() -> Path:
    """$OCTOLAND_TFT_STATE, else a folder of the user's own."""
    return Path(os.environ.get(VARIABLE) or Path.home() / ".local/state/octoland-tft")


class Settings:
    """Read once; written as soon as something changes, whole or not at all."""

    def __init__(self, folder: Optional[Path] = None) -> None:
        self._folder = folder or state_folder()
        self._remembered = self._read_remembered()
        self._key = self._read("api-key").decode("ascii", "replace").strip() or None

    @property
    def language(self) -> str:
        """One of `catalogue.LANGUAGES`, or ""."""
        return self._remembered.language

    @language.setter
    def language(self, code: str) -> None:
        self._remembered = msgspec.structs.replace(self._remembered, language=code)
        self._write("settings.json", msgspec.json.encode(self._remembered))

    @property
    def key(self) -> Optional[str]:
        """The API key, or None while there is none."""
        return self._key

    @key.setter
    def key(self, key: Optional[str]) -> None:
        self._key = key
        self._write("api-key", (key or "").encode("ascii", "replace"))

    def _read_remembered(self) -> Remembered:
        content = self._read("settings.json")
        try:
            return msgspec.json.decode(content, type=Remembered) if content else Remembered()
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("%s is not understood and begun anew: %s", self._folder / "settings.json", error)
            return Remembered()

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            log.warning("%s cannot be read: %s", path, error)
            return b""

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        beside = path.with_name(f".{name}.{os.getpid()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                # On a card, a power cut after the rename would leave an empty file.
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            log.warning("%s cannot be written; it is forgotten when the screen ends: %s", path, error)
            with suppress(OSError):  # what could not be made cannot be left either
                beside.unlink()
