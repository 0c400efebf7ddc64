"""OctoPrint's users: who a key belongs to, and what its owner may do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Callable, Optional, Protocol

from octoprint.access.permissions import OctoPrintPermission, Permissions

_log = logging.getLogger(__name__)


class OctoPrintUser(Protocol):
    """What is used of `octoprint.access.users.User`."""

    @property
    def is_active(self) -> bool: ...
    @property
    def is_anonymous(self) -> bool: ...
    def get_name(self) -> str: ...
    def has_permission(self, permission: object) -> bool: ...


class OctoPrintUserManager(Protocol):
    """What is used of `octoprint.access.users.UserManager`."""

    def find_user(
        self, userid: Optional[str] = ..., apikey: Optional[str] = ...
    ) -> Optional[OctoPrintUser]: ...


class OctoPrintHooks(Protocol):
    """What is used of `octoprint.plugin.core.PluginManager`."""

    def get_hooks(self, hook: str) -> Mapping[str, Callable[[str], Optional[OctoPrintUser]]]: ...


@dataclass(frozen=True)
class Caller:
    """The active user that a key belongs to."""

    name: str
    user: OctoPrintUser

    def may(self, permission: str) -> bool:
        """Whether the user has the permission of that name; one that OctoPrint does not know, nobody has."""
        wanted = getattr(Permissions, permission)
        return isinstance(wanted, OctoPrintPermission) and bool(self.user.has_permission(wanted))


class Users:
    """Finds users by their own key or by an application's, as OctoPrint's REST does.

    Not by OctoPrint's global key: it is going away, and belongs to nobody.
    """

    def __init__(self, users: OctoPrintUserManager, hooks: OctoPrintHooks) -> None:
        self._users = users
        self._hooks = hooks

    def by_key(self, key: str) -> Optional[Caller]:
        # The comparison in constant time refuses anything else.
        if not key or not key.isascii():
            return None
        user = self._users.find_user(apikey=key)
        if user is None:
            user = self._by_validators(key)
        if user is None or user.is_anonymous or not user.is_active:
            return None
        return Caller(user.get_name(), user)

    def _by_validators(self, key: str) -> Optional[OctoPrintUser]:
        """The first user that a plugin knows by this key, Application Keys among them."""
        for plugin, validate in self._hooks.get_hooks("octoprint.accesscontrol.keyvalidator").items():
            try:
                user = validate(key)
            except Exception:  # noqa: BLE001 - it is any plugin's, and the next one may know the key
                _log.exception("The plugin %s failed to check an API key", plugin)
                continue
            if user is not None:
                return user
        return None
