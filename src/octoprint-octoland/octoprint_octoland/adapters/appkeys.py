"""OctoPrint's bundled Application Keys plugin, asked in process.

Its HTTP workflow must be polled every few seconds and allows three requests a minute. In process, the
decision arrives as the message that closes the question in the browsers.
Source: octoprint/plugins/appkeys/__init__.py, the same in 1.11 and 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional, Protocol, Union, cast

from octoland_api.errors import Failed

from octoprint_octoland.adapters.reading import Tree, text

PLUGIN = "appkeys"
# What the approver reads as the request's origin.
ORIGIN = "127.0.0.1"


class _Timer(Protocol):
    def cancel(self) -> None: ...


class _Pending(Protocol):
    poll_timeout: _Timer


class _AppKeys(Protocol):
    """What is used of `AppKeysPlugin`."""

    def _add_pending_decision(
        self, remote_address: str, app_name: str, user_id: Optional[str]
    ) -> tuple[str, str]: ...
    def _get_pending_by_app_token(self, app_token: str) -> Sequence[_Pending]: ...
    def _expire_pending(self, user_token: str) -> None: ...
    def _get_decision(self, app_token: str) -> Union[str, bool]: ...


class _PluginInfo(Protocol):
    enabled: bool
    implementation: object


class OctoPrintPlugins(Protocol):
    """What is used of `octoprint.plugin.core.PluginManager`."""

    def get_plugin_info(self, identifier: str) -> Optional[_PluginInfo]: ...
    def send_plugin_message(self, plugin: str, data: Mapping[str, object]) -> None: ...


@dataclass(frozen=True)
class Asked:
    """A question that stands in OctoPrint's pages: the asker's token, and the approver's."""

    app_token: str
    user_token: str


class AppKeys:
    """Asks for keys; whoever asks also withdraws what is not waited for any more."""

    def __init__(self, plugins: OctoPrintPlugins) -> None:
        self._plugins = plugins

    @staticmethod
    def ended(message: Tree) -> Optional[str]:
        """The approver's token of the question that ended, if that is what the plugin told its pages."""
        return text(message.get("user_token")) if message.get("type") == "end_request" else None

    def ask(self, app: str, user: Optional[str]) -> Asked:
        """Show the question to those who may grant it; raises `Failed` where nobody can be asked."""
        appkeys = self._appkeys()
        app_token, user_token = appkeys._add_pending_decision(ORIGIN, app, user_id=user)
        for pending in appkeys._get_pending_by_app_token(app_token):
            # It would withdraw the question after 5 s without a poll.
            pending.poll_timeout.cancel()
        self._plugins.send_plugin_message(
            PLUGIN,
            {
                "type": "request_access",
                "app_name": app,
                "user_token": user_token,
                "user_id": user,
                "remote_address": ORIGIN,
            },
        )
        return Asked(app_token, user_token)

    def collect(self, asked: Asked) -> Optional[str]:
        """The key, if it was granted; asking makes it, and it is told only here."""
        key = self._appkeys()._get_decision(asked.app_token)
        return key if isinstance(key, str) else None

    def withdraw(self, asked: Asked) -> None:
        """Take the question off OctoPrint's pages."""
        self._appkeys()._expire_pending(asked.user_token)

    def _appkeys(self) -> _AppKeys:
        info = self._plugins.get_plugin_info(PLUGIN)
        if info is None or not info.enabled or not hasattr(info.implementation, "_add_pending_decision"):
            raise Failed(
                "OctoPrint's plugin Application Keys is switched off or unknown to OctoLand. "
                "Switch it on in OctoPrint's plugin manager, or take a key from OctoPrint's user settings."
            )
        return cast(_AppKeys, info.implementation)
