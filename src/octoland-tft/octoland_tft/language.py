"""The language of the screen: one translator, which every text on the screen follows at once.

Code says `from octoland_tft.language import gettext as _`; kv says
`#:import tr octoland_tft.language.translator` and `text: tr._("Motors off")`: a binding in kv is made anew
when the language changes. What code has put into a widget it puts there again: see `Page.render`.
"""

from __future__ import annotations

import gettext as catalogues

from octoland_tft.catalogue import LANGUAGES, SOURCE, load
from octoland_tft.kivy_api import EventDispatcher, ObjectProperty, StringProperty


class Translator(EventDispatcher):
    """`language` is one of `catalogue.LANGUAGES`; the other three are its words, as functions."""

    language = StringProperty(SOURCE)
    _ = ObjectProperty(str)
    ngettext = ObjectProperty()
    pgettext = ObjectProperty()

    def __init__(self) -> None:
        super().__init__()
        self._speak(catalogues.NullTranslations())

    def use(self, code: str) -> None:
        """Speak this language from now on; one that is not known is English."""
        known = code if code in LANGUAGES else SOURCE
        self._speak(load(known))
        self.language = known

    def _speak(self, words: catalogues.NullTranslations) -> None:
        self.ngettext = words.ngettext
        self.pgettext = words.pgettext
        self._ = words.gettext


translator = Translator()


def gettext(message: str) -> str:
    words: str = translator._(message)
    return words


def ngettext(one: str, many: str, number: int) -> str:
    words: str = translator.ngettext(one, many, number)
    return words


def pgettext(context: str, message: str) -> str:
    words: str = translator.pgettext(context, message)
    return words


def N_(message: str) -> str:  # noqa: N802
    """Marks words that are translated later, where they show."""
    return message
