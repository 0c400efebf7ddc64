"""What OctoPrint's plugins tell its pages in the browsers, heard in process."""

from __future__ import annotations

from typing import Callable, Protocol

from octoprint_octoland.adapters.reading import Tree, tree

Receiver = Callable[..., None]


class OctoPrintMessages(Protocol):
    """What is used of `octoprint.plugin.core.PluginManager`."""

    def register_message_receiver(self, client: Receiver) -> None: ...
    def unregister_message_receiver(self, client: Receiver) -> None: ...


class Messages:
    """Listens until it is closed. What is told comes in any thread."""

    def __init__(self, plugins: OctoPrintMessages) -> None:
        self._plugins = plugins
        self._receivers: list[Receiver] = []

    def hear(self, plugin: str, told: Callable[[Tree], None]) -> None:
        """Call `told` with each message of a plugin."""

        def receive(sender: str, data: object, permissions: object = None) -> None:  # noqa: ARG001 - OctoPrint's signature
            if sender == plugin:
                told(tree(data))

        self._receivers.append(receive)
        self._plugins.register_message_receiver(receive)

    def close(self) -> None:
        for receiver in self._receivers:
            self._plugins.unregister_message_receiver(receiver)
        self._receivers.clear()
