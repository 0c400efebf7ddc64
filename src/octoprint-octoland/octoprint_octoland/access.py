"""Who asks, and whether they may: decided anew for every request."""

from __future__ import annotations

from typing import Optional

from octoland_api.errors import KeyNeeded, KeyRefused, NotPermitted
from octoland_api.verbs import Key, Verb

from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.adapters.users import Caller, Users


class Access:
    """Checks a key against OctoPrint's users and the verb's permission."""

    def __init__(self, users: Users, preferences: Preferences) -> None:
        self._users = users
        self._preferences = preferences

    def check(self, verb: Verb, key: object) -> Optional[Caller]:
        """The caller, or None where none is needed; raises `KeyNeeded`, `KeyRefused` or `NotPermitted`."""
        if key is None or key == "":
            if self._needs_key(verb):
                raise KeyNeeded(
                    f"{verb.name} needs an API key, given as the named argument `key`. "
                    "Ask for one with key.request, or take one from OctoPrint's user settings."
                )
            return None
        if verb.key is Key.NONE:
            return None
        caller = self._users.by_key(key) if isinstance(key, str) else None
        if caller is None:
            raise KeyRefused(
                "OctoPrint does not know this API key (any more). Ask for a new one with key.request."
            )
        if verb.permission and not caller.may(verb.permission):
            raise NotPermitted(
                f"{caller.name} lacks OctoPrint's permission {verb.permission}, which {verb.name} needs."
            )
        return caller

    def _needs_key(self, verb: Verb) -> bool:
        if verb.key is Key.SETTING:
            return not self._preferences.status_without_key
        return verb.key is Key.NEEDED
