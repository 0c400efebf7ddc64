"""The files in OctoPrint's storage."""

from __future__ import annotations

import time
from typing import Optional

from octoland_api.shapes import File, Files, Folder

from octoland_tft import figures, listing
from octoland_tft.failure import Failure
from octoland_tft.kivy_api import BooleanProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.language import ngettext
from octoland_tft.layout import load_beside
from octoland_tft.page import Page
from octoland_tft.printer import Link
from octoland_tft.widgets import button, icon, row_list, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.row_list import Row
from octoland_tft.words import failure_words


class FilesPage(Page):
    """One folder at a time; its files are asked for when it shows and when something has changed."""

    root_of = "files"

    place = StringProperty("")
    place_note = StringProperty("")
    in_folder = BooleanProperty(False)
    order_text = StringProperty("")
    notice = StringProperty("")
    notice_icon = StringProperty("")
    failed = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._path = ""
        self._files: Optional[Files] = None
        self._failure: Optional[Failure] = None
        self._order = listing.Order.NEWEST
        super().__init__(**kwargs)

    def on_enter(self) -> None:
        self.printer.bind(files_changes=self._read, link=self._read, status=self._selected)
        self._read()

    def on_upright(self, *_args: object) -> None:
        self.render()

    def on_leave(self) -> None:
        self.printer.unbind(files_changes=self._read, link=self._read, status=self._selected)

    def render(self) -> None:
        self.order_text = _(self._order.value)
        files = self._files
        self.in_folder = bool(self._path)
        self.place = self._path.rpartition("/")[2] or _("Local storage")
        self.place_note = self._note_of_place(files) if files else ""
        entries = listing.in_order(files.entries, self._order) if files else []
        selected = self._selected_path()
        self.ids.rows.show(
            [listing.row(entry, self._order, time.time(), selected, self.upright) for entry in entries]
        )
        self._tell(bool(entries))

    def change_order(self) -> None:
        self._order = self._order.next()
        self.ids.rows.to_start()
        self.render()

    def up(self) -> None:
        """To the folder that this one lies in."""
        self._open(self._path.rpartition("/")[0])

    def choose(self, row: Row) -> None:
        files = self._files
        entry = next((entry for entry in files.entries if entry.path == row.id), None) if files else None
        if isinstance(entry, Folder):
            self._open(entry.path)
        elif isinstance(entry, File):
            self.navigation.open("file_details", file=entry)

    def read_again(self) -> None:
        self._failure = None
        self._read()
        self.render()

    def _open(self, path: str) -> None:
        self._path, self._files, self._failure = path, None, None
        self.ids.rows.to_start()
        self._read()
        self.render()

    def _read(self, *_args: object) -> None:
        if self.printer.link is not Link.READY:
            self.render()
            return
        path = self._path
        self.printer.read(
            Files, "files", then=self._came, failed=lambda failure: self._not_read(path, failure), path=path
        )

    def _came(self, files: Files) -> None:
        if files.path.strip("/") != self._path:
            return  # another folder was opened meanwhile
        self._files, self._failure = files, None
        self.render()

    def _not_read(self, path: str, failure: Failure) -> None:
        if path != self._path:
            return
        if path and failure.kind == "FileMissing":
            self._open("")  # the folder is gone
            return
        self._failure = failure
        self.render()

    def _selected_path(self) -> Optional[str]:
        status = self.printer.status
        return status.file.path if status and status.file else None

    def _selected(self, *_args: object) -> None:
        if self._files and self._selected_path() != self._shown_selected:
            self.render()

    _shown_selected: Optional[str] = None

    def _note_of_place(self, files: Files) -> str:
        if self._path:
            return ngettext("{count} entry", "{count} entries", len(files.entries)).format(
                count=len(files.entries)
            )
        if files.used_bytes is None or files.total_bytes is None:
            return ""
        if self.upright:
            return _("{size} free").format(size=figures.size(files.total_bytes - files.used_bytes))
        return _("{used} of {total} used").format(
            used=figures.size(files.used_bytes), total=figures.size(files.total_bytes)
        )

    def _tell(self, has_entries: bool) -> None:
        """Why there are no rows, where there are none."""
        self._shown_selected = self._selected_path()
        self.failed = False
        if self.printer.link is Link.KEY_NEEDED:
            self.notice_icon = "lock_outline"
            self.notice = _("The files are shown once OctoPrint has allowed this screen. See Utilities, Key.")
        elif self.printer.link is not Link.READY:
            self.notice_icon = "cloud_off"
            self.notice = _("OctoPrint is not answering. The files are shown as soon as it is back.")
        elif self._failure is not None:
            self.notice_icon, self.notice, self.failed = "error_outline", failure_words(self._failure), True
        elif self._files is None:
            self.notice_icon, self.notice = "hourglass_empty", _("Reading the files…")
        elif not has_entries:
            self.notice_icon = "insert_drive_file"
            self.notice = _("Nothing here yet. Upload a file in OctoPrint or from your slicer.")
        else:
            self.notice_icon = self.notice = ""
        if self.notice:
            self.ids.rows.show([])


load_beside(__file__)
