"""Menus are data: what can be opened or done, under which icon and words, and when it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

from octoland_tft import job
from octoland_tft.language import N_

if TYPE_CHECKING:
    from octoland_tft.navigation import Navigation
    from octoland_tft.printer import Printer


@dataclass(frozen=True)
class MenuEntry:
    """One entry: opens `page`, or does `action`. `label` is the English words, translated where they show.

    `when` says whether it shows now; without it, always. `able` whether it can be
    touched. `kind` is how a button for it is painted (`theme.BUTTONS`).
    """

    id: str
    label: str
    icon: str
    page: Optional[str] = None
    action: Optional[Callable[[Printer, Navigation], None]] = None
    when: Optional[Callable[[Printer], bool]] = None
    kind: str = "plain"
    able: Optional[Callable[[Printer], bool]] = None

    def shows(self, printer: Printer) -> bool:
        return self.when is None or self.when(printer)

    def takes_touch(self, printer: Printer) -> bool:
        return self.able is None or self.able(printer)

    def choose(self, printer: Printer, navigation: Navigation) -> None:
        """What a touch does."""
        if self.page is not None:
            navigation.open(self.page)
        if self.action is not None:
            self.action(printer, navigation)


def _calm(printer: Printer) -> bool:
    return job.allowed(printer) and not job.has_prompt(printer)


TABS = (
    MenuEntry("files", N_("Files"), "folder", page="files"),
    MenuEntry("printer", N_("Printer"), "print", page="home"),
    MenuEntry("utilities", N_("Utilities"), "build", page="utilities"),
)

# Along the foot of the printer's page. Cancel is always in the same corner.
HOME_ACTIONS = (
    MenuEntry("key", N_("Allow this screen"), "vpn_key", page="key", when=job.lacks_key, kind="ask"),
    MenuEntry("start", N_("Print"), "play_arrow", action=job.ask_to_start, when=job.can_start, kind="go"),
    MenuEntry(
        "prompt", N_("Answer"), "help_outline", action=job.show_prompt, when=job.has_prompt, kind="ask"
    ),
    MenuEntry("temperatures", N_("Temperatures"), "whatshot", page="temperatures", when=_calm),
    MenuEntry("motors", N_("Motors"), "open_with", page="motors", when=job.is_idle),
    MenuEntry(
        "pause",
        N_("Pause"),
        "pause",
        action=job.ask_to_pause,
        when=job.is_running,
        kind="ask",
        able=job.can_pause,
    ),
    MenuEntry("resume", N_("Resume"), "play_arrow", action=job.ask_to_resume, when=job.is_paused, kind="go"),
    MenuEntry(
        "cancel",
        N_("Cancel"),
        "stop",
        action=job.ask_to_cancel,
        when=job.goes_on,
        kind="stop",
        able=job.can_cancel,
    ),
)

NOT_CONNECTED_ACTIONS = (
    MenuEntry("key", N_("Allow this screen"), "vpn_key", page="key", when=job.lacks_key, kind="ask"),
    MenuEntry(
        "connect",
        N_("Connect"),
        "usb",
        action=lambda printer, _navigation: printer.command("connection.connect"),
        when=job.allowed,
        kind="go",
        able=job.can_connect,
    ),
    MenuEntry("help", N_("What to do"), "help_outline", page="help"),
)

# At most six: they are a grid of large icons.
UTILITIES = (
    MenuEntry("temperatures", N_("Temperatures"), "whatshot", page="temperatures"),
    MenuEntry("motors", N_("Motors"), "open_with", page="motors"),
    MenuEntry("connection", N_("Connection"), "usb", page="connection"),
    MenuEntry("language", N_("Language"), "translate", page="language"),
    MenuEntry("key", N_("Key"), "vpn_key", page="key"),
    MenuEntry("about", N_("About"), "info_outline", page="about"),
)
