"""OctoPrint's local storage: its folders and files with what OctoPrint knows of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Optional, Protocol, Union

from octoland_api.shapes import File, Folder
from octoprint.filemanager import FileDestinations, valid_file_type

from octoprint_octoland.adapters.reading import Tree, moment_s, number, text, tree, whole
from octoprint_octoland.slicing import SlicerNotes

LOCAL = FileDestinations.LOCAL
MACHINE_CODE = "machinecode"


class OctoPrintFileManager(Protocol):
    """What is used of `octoprint.filemanager.FileManager`."""

    def list_files(self, *, locations: str, path: str, recursive: bool) -> Mapping[str, object]: ...
    def file_exists(self, destination: str, path: str) -> bool: ...
    def folder_exists(self, destination: str, path: str) -> bool: ...
    def path_on_disk(self, destination: str, path: str) -> str: ...


class Storage:
    """Paths are relative to the storage, with `/` between, and were checked to stay within it."""

    def __init__(self, files: OctoPrintFileManager) -> None:
        self._files = files
        self._notes = SlicerNotes()

    def holds(self, folder: str) -> bool:
        """Whether a folder, if it is there, lies in the storage, links followed."""
        try:
            self.on_disk(f"{folder}/")
        except ValueError:
            return False
        return True

    def has_folder(self, path: str) -> bool:
        return not path or bool(self._files.folder_exists(LOCAL, path))

    def has_file(self, path: str) -> bool:
        return bool(self._files.file_exists(LOCAL, path))

    @staticmethod
    def is_printable(path: str) -> bool:
        return bool(valid_file_type(path, type=MACHINE_CODE))

    def on_disk(self, path: str) -> str:
        return self._files.path_on_disk(LOCAL, path)

    def entries(self, path: str) -> tuple[Union[Folder, File], ...]:
        """Folders and printable files that lie directly in a folder, by name."""
        listed = tree(self._files.list_files(locations=LOCAL, path=path, recursive=True).get(LOCAL))
        return tuple(sorted(self._shapes(listed), key=lambda entry: entry.name.casefold()))

    def _shapes(self, listed: Tree) -> Iterator[Union[Folder, File]]:
        # A copy, for OctoPrint's own threads may add to its cached listing meanwhile.
        for entry in map(tree, list(listed.values())):
            if entry.get("type") == "folder":
                yield _folder(entry)
            elif entry.get("type") == MACHINE_CODE:
                yield self._file(entry)

    def _file(self, entry: Tree) -> File:
        path = str(entry["path"])
        analysis = tree(entry.get("analysis"))
        tools = [tree(tool) for tool in tree(analysis.get("filament")).values()]
        lengths_mm = [
            length for length in (number(tool.get("length")) for tool in tools) if length is not None
        ]
        notes = self._notes.of(self.on_disk(path))
        return File(
            path=path,
            name=text(entry.get("display")) or str(entry["name"]),
            size_bytes=whole(entry.get("size")),
            date_s=moment_s(entry.get("date")),
            estimate_s=number(analysis.get("estimatedPrintTime")),
            filament_mm=sum(lengths_mm) if lengths_mm else None,
            filament_g=notes.filament_g,
            layer_height_mm=notes.layer_height_mm,
            printed=_last_print(entry.get("history")),
        )

    def folder_of_uploads(self) -> str:
        return os.fspath(self.on_disk(""))


def _folder(entry: Tree) -> Folder:
    return Folder(
        path=str(entry["path"]),
        name=text(entry.get("display")) or str(entry["name"]),
        files=_count(tree(entry.get("children"))),
        size_bytes=whole(entry.get("size")),
    )


def _count(listed: Tree) -> int:
    return sum(
        _count(tree(entry.get("children")))
        if entry.get("type") == "folder"
        else int(entry.get("type") == MACHINE_CODE)
        for entry in map(tree, list(listed.values()))
    )


def _last_print(history: object) -> Optional[bool]:
    if not isinstance(history, list) or not history:
        return None
    succeeded = tree(history[-1]).get("success")
    return succeeded if isinstance(succeeded, bool) else None
