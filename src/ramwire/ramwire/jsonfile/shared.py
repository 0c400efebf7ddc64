"""The shared file on disk: read and replaced under its lock, set aside where it is broken."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ramwire.contract import Moment
from ramwire.errors import BadMessage
from ramwire.journal import Journal
from ramwire.jsonfile import document
from ramwire.jsonfile.document import Broken, Commands
from ramwire.jsonfile.lock import Lock
from ramwire.jsonfile.place import Place
from ramwire.ramdrive import files

log = Journal(__name__)

_NEW = b"new"
_PATIENCE_S = 1.0
_PAUSE_S = 0.002


def _nothing() -> None:
    pass


class Moved(Exception):
    """The folder was deleted, replaced or mounted over."""


class SharedFile:
    """Any number of threads may use it at once: they take turns.

    It is replaced by a rename: whoever reads sees one whole content, and where the drive is full the old one
    stays.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._lock = Lock(place.path + ".lock")
        self.times_broken = 0

    @contextmanager
    def commands(self, deadline: float, replaced: Moment = _nothing) -> Iterator[Commands]:
        """The commands, which are written at the end where they are marked as changed; `replaced` is called
        then, under the lock.

        Raises `Held` where the lock is not to be had by the deadline, `Moved`, `Refused` (of which `NoSpace`
        and `TooLarge` come when they are written), OSError.
        """
        with self._lock.held(deadline):
            if not self.place.is_current():
                raise Moved
            commands = self._read()
            yield commands
            if commands.changed:
                self._write(commands.encode())
                replaced()

    def hurry(self) -> None:
        """See `Lock.hurry`. From any thread."""
        self._lock.hurry()

    def peek(self) -> Commands | None:
        """The commands as they may be without the lock: another may be writing at this moment, so that this
        is only good to see that nothing is new. None where they cannot be read so.
        """
        try:
            return document.decode(self._content())
        except (OSError, files.Unsafe, BadMessage, Broken):
            return None

    @property
    def written_s(self) -> float:
        """When it was last written to, by the clock; now where it is not there."""
        try:
            return os.stat(self.place.name, dir_fd=self.place.folder, follow_symlinks=False).st_mtime
        except OSError:
            return time.time()

    def _content(self) -> bytes:
        place = self.place
        fd = files.open_safely(place.name, place.folder, os.O_RDONLY)
        try:
            return files.read(fd, document.MAX_FILE_BYTES)
        finally:
            os.close(fd)

    def _read(self) -> Commands:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            read = self._read_once()
            if isinstance(read, Commands) and not read.is_fresh:
                return read
            # Empty or broken: perhaps some program, which has not asked for the lock, is about to write.
            if time.monotonic() >= deadline or not self._is_being_written():
                return read if isinstance(read, Commands) else self._set_aside(read)
            time.sleep(_PAUSE_S)

    def _read_once(self) -> Commands | Broken:
        try:
            return document.decode(self._content())
        except FileNotFoundError:
            return Commands.none()
        except BadMessage as error:
            return Broken(f"it is {error}")
        except Broken as error:
            return error

    def _is_being_written(self) -> bool:
        try:
            fd = files.open_safely(self.place.name, self.place.folder, os.O_RDONLY)
        except (FileNotFoundError, files.Unsafe):
            return False
        try:
            return files.has_writer(fd)
        finally:
            os.close(fd)

    def _set_aside(self, broken: Broken) -> Commands:
        place = self.place
        for number in itertools.count(1):
            aside = place.name + b".broken-%d" % number
            with suppress(FileExistsError), files.full_drive_is_an_error(os.fsdecode(aside)):
                # Linked, not renamed: until a fresh one takes its place nobody finds it missing.
                os.link(place.name, aside, src_dir_fd=place.folder, dst_dir_fd=place.folder)
                break
        self.times_broken += 1
        log.warning("%s was broken: %s; it is kept as %s", place.path, broken, os.fsdecode(aside))
        return broken.salvage or Commands.none()

    def _write(self, data: bytes) -> None:
        place = self.place
        with files.full_drive_is_an_error(place.path):
            # Whoever has the lock may remove what another left here when it was killed.
            files.remove(_NEW, place.beside)
            fd = files.create(_NEW, place.beside)
            try:
                files.Slot(fd, _NEW).put(data)
            except BaseException:
                files.remove(_NEW, place.beside)
                raise
            finally:
                os.close(fd)
            os.rename(_NEW, place.name, src_dir_fd=place.beside, dst_dir_fd=place.folder)
