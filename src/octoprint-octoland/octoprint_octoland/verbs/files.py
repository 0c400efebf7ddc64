"""files, files.select"""

from __future__ import annotations

from typing import TYPE_CHECKING

from octoland_api.arguments import ListFiles, OneFile
from octoland_api.shapes import Files

from octoprint_octoland import guards
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler
from octoprint_octoland.load import Machine

if TYPE_CHECKING:
    from octoprint_octoland.adapters.storage import Storage


class FileVerbs:
    def __init__(self, printer: Printer, storage: Storage, machine: Machine) -> None:
        self._printer = printer
        self._storage = storage
        self._machine = machine

    def handlers(self) -> list[Handler]:
        return [handler("files", ListFiles, self._list), handler("files.select", OneFile, self._select)]

    def _list(self, wanted: ListFiles, _: Request) -> Files:
        path = wanted.path.rstrip("/")
        guards.folder_exists(self._storage, path)
        used_bytes, total_bytes = self._machine.disk() or (None, None)
        return Files(
            path=path,
            entries=self._storage.entries(path),
            used_bytes=used_bytes,
            total_bytes=total_bytes,
        )

    def _select(self, wanted: OneFile, request: Request) -> None:
        guards.printable_file_exists(self._storage, wanted.path)
        guards.idle(self._printer)
        self._printer.select(wanted.path, request.user)
