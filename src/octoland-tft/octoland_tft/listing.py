"""How files are listed: in which order, and what a row says of each."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Optional, Union

from octoland_api.shapes import File, Folder

from octoland_tft import figures
from octoland_tft.language import N_, ngettext
from octoland_tft.widgets.row_list import Row

Entry = Union[Folder, File]
BETWEEN = " \u00b7 "


class Order(enum.Enum):
    """The value is the English word for it."""

    NEWEST = N_("Newest")
    NAME = N_("Name")
    LARGEST = N_("Largest")
    QUICKEST = N_("Quickest")

    def next(self) -> Order:
        """The one that a touch changes to."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


def in_order(entries: Sequence[Entry], order: Order) -> list[Entry]:
    """Folders by name, then the files; of two files that are alike in this, by name."""
    folders = sorted((entry for entry in entries if isinstance(entry, Folder)), key=_by_name)
    files = sorted((entry for entry in entries if isinstance(entry, File)), key=_by_name)
    if order is Order.NEWEST:
        files.sort(key=lambda file: -(file.date_s or 0))
    elif order is Order.LARGEST:
        files.sort(key=lambda file: -(file.size_bytes or 0))
    elif order is Order.QUICKEST:
        files.sort(key=lambda file: file.estimate_s or float("inf"))
    return [*folders, *files]


def row(entry: Entry, order: Order, now_s: float, selected_path: Optional[str], short: bool = False) -> Row:
    """The row of one entry; what it is ordered by is told first. `short`: only what matters most."""
    if isinstance(entry, Folder):
        return Row(entry.path, entry.name, folder_note(entry), "folder")
    chosen = entry.path == selected_path
    return Row(
        entry.path, entry.name, file_note(entry, order, now_s, short), "view_in_ar", tint="sea", chosen=chosen
    )


def folder_note(folder: Folder) -> str:
    return ngettext("{count} file", "{count} files", folder.files).format(count=folder.files)


def file_note(file: File, order: Order, now_s: float, short: bool = False) -> str:
    """What is known of a file, on one line: "1 h 54 min · 0.2 mm · 12 g · today 13:05"."""
    parts = [
        "" if file.estimate_s is None else figures.duration(file.estimate_s),
        "" if short or file.layer_height_mm is None else figures.millimetres(file.layer_height_mm),
        "" if short else figures.filament(file.filament_mm, file.filament_g),
        "" if file.date_s is None else figures.moment(file.date_s, now_s),
    ]
    if file.size_bytes is not None and (order is Order.LARGEST or not any(parts[:3])):
        parts.insert(0, figures.size(file.size_bytes))
    return BETWEEN.join(part for part in parts if part)


def _by_name(entry: Entry) -> str:
    return entry.name.casefold()
