"""The catalogues of words, one a language: `locale/CODE.po`, compiled to `CODE.mo` when a wheel is built.

English is the source of all words and has no catalogue.
"""

from __future__ import annotations

import gettext
import io
import logging
import struct
from pathlib import Path

log = logging.getLogger(__name__)

SOURCE = "en"
# In its own words: that is how its speaker finds it.
LANGUAGES = {"en": "English", "it": "Italiano", "es": "Español", "fr": "Français", "de": "Deutsch"}

LOCALE = Path(__file__).with_name("locale")


def load(code: str) -> gettext.NullTranslations:
    """The words of one of `LANGUAGES`; English where its catalogue is gone or broken."""
    try:
        return _load(code)
    # A damaged file shows in many ways, and none of them is worth a dark screen.
    except (OSError, ImportError, ValueError, struct.error) as error:
        log.warning("The words of language %s cannot be read: %s", code, error)
        return gettext.NullTranslations()


def _load(code: str) -> gettext.NullTranslations:
    if code == SOURCE:
        return gettext.NullTranslations()
    compiled = LOCALE / f"{code}.mo"
    if compiled.exists():
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return _from_source(LOCALE / f"{code}.po")


def _from_source(path: Path) -> gettext.NullTranslations:
    """A source tree has nothing compiled that could be stale; Babel is there where one develops."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
