"""Menus are data: what can be opened or done, under which icon and words, and when it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

from octoland_tft.language import N_

if TYPE_CHECKING:
    from octoland_tft.navigation import Navigation
    from octoland_tft.printer import Printer


@dataclass(frozen=True)
class MenuEntry:
    """One entry: opens `page`, or does `action`. `label` is the English words, translated where they show.

    `when` says whether it shows now; without it, always.
    """

    id: str
    label: str
    icon: str
    page: Optional[str] = None
    action: Optional[Callable[[Printer, Navigation], None]] = None
    when: Optional[Callable[[Printer], bool]] = None

    def shows(self, printer: Printer) -> bool:
        return self.when is None or self.when(printer)

    def choose(self, printer: Printer, navigation: Navigation) -> None:
        """What a touch does."""
        if self.page is not None:
            navigation.open(self.page)
        if self.action is not None:
            self.action(printer, navigation)


TABS = (
    MenuEntry("files", N_("Files"), "folder", page="files"),
    MenuEntry("printer", N_("Printer"), "print", page="home"),
    MenuEntry("utilities", N_("Utilities"), "build", page="utilities"),
)
