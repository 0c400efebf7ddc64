"""The printer as the screen sees it: state in, commands out. Only what lies in this folder talks to the
wire."""

from octoland_tft.printer.access import Access, AccessPhase
from octoland_tft.printer.model import Link, Printer

__all__ = ["Access", "AccessPhase", "Link", "Printer"]
