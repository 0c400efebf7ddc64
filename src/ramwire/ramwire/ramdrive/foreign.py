"""Requests of peers that know only the two folders: a shell, a script, another library."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from ramwire.contract import Answer, as_future
from ramwire.errors import BadMessage, WireError
from ramwire.journal import Journal
from ramwire.line import HELLO, MAX_LINE_BYTES
from ramwire.ramdrive import files, replies
from ramwire.ramdrive.callers import Callers
from ramwire.ramdrive.names import RequestName
from ramwire.ramdrive.place import Place
from ramwire.remote import error_text

if TYPE_CHECKING:
    from concurrent.futures import Future

log = Journal(__name__)

UNREAD_REPLY_S = 60.0
"""A reply to a foreign request that lies longer unread is removed, when next such a reply is made."""

_SWEEP_EVERY_S = 10.0
_REMEMBERED_NAMES = 1000


class Stale(WireError):
    """The request lay unserved too long."""


class Foreign:
    """Takes whole requests out of `server/`. Used by one thread; verbs run in others."""

    def __init__(self, place: Place, answer: Answer, stale_s: float) -> None:
        self._place = place
        self._answer = answer
        self._stale_s = stale_s
        self._callers = Callers()
        self._complained: set[str] = set()
        self._swept_at = 0.0
        self._seen: dict[str, float] = {}  # replies that lie there, and since when by the monotonic clock

    def look(self, name: RequestName, writer_closed: bool, whole: bool = False) -> None:
        """Take the request, if its line is complete and it may still run.

        `writer_closed` says that somebody who had it open for writing has just closed it; `whole`, that it
        has just been renamed into the folder, complete, whenever it was written.
        """
        folder, text = self._place.server, name.text.encode()
        try:
            fd = files.open_safely(text, folder, os.O_RDONLY)
        except FileNotFoundError:
            return
        except files.Unsafe as error:
            self._refuse(name, error)
            return
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            self._refuse(name, files.Unsafe(f"{name.text}: it is a socket"))
            return
        try:
            status = os.fstat(fd)
            line = _complete_line(fd, writer_closed or whole)
            if line is None:
                return
        except BadMessage as error:
            if not files.has_writer(fd):
                self._refuse(name, error)
            return
        finally:
            os.close(fd)
        if not files.remove(text, folder):
            return  # withdrawn, or another server's
        since = max(status.st_mtime, status.st_ctime) if whole else status.st_mtime
        # Either way: where the clock was set, a request from what is now the future may be old as well.
        if abs(time.time() - since) > self._stale_s:
            stale = (
                f"the request lay unserved for more than {self._stale_s:g} s, and was not run; send it again"
            )
            self._fail(name, Stale(stale))
        elif line.strip() != HELLO.strip():
            try:
                self._callers.put(name.token, partial(self._run, name, line))
            except RuntimeError as error:  # no thread is left
                self._fail(name, error)

    def complain(self, name: str, why: object) -> None:
        """Log what is wrong with a file, once."""
        if name not in self._complained:
            if len(self._complained) >= _REMEMBERED_NAMES:
                self._complained.clear()
            self._complained.add(name)
            log.warning("%s/server/%s is not a request: %s", os.fsdecode(self._place.path), ascii(name), why)

    def sweep(self) -> None:
        """Remove replies that nobody has read for a minute."""
        now_s = time.monotonic()
        if self._swept_at and now_s - self._swept_at < _SWEEP_EVERY_S:
            return
        folder = self._place.client
        found = files.listing(folder)
        # What others have left says its age only by the clock; what came since outlives a jump of it.
        seen = self._seen if self._swept_at else {name: now_s - self._age_s(name) for name in found}
        self._seen = {name: seen.get(name, now_s) for name in found}
        self._swept_at = now_s
        for name, since_s in self._seen.items():
            if now_s - since_s > UNREAD_REPLY_S:
                with suppress(OSError):
                    os.unlink(name, dir_fd=folder)

    def _age_s(self, reply: str) -> float:
        try:
            status = os.stat(reply, dir_fd=self._place.client, follow_symlinks=False)
        except OSError:
            return 0.0  # read meanwhile
        return abs(time.time() - status.st_ctime)

    def _refuse(self, name: RequestName, why: Exception) -> None:
        self.complain(name.text, why)
        with suppress(OSError):  # a folder stays: emptying it is its owner's
            if files.remove(name.text.encode(), self._place.server):
                self._fail(name, why)

    def _run(self, name: RequestName, line: bytes) -> None:
        try:
            value = self._answer(line)
        except BaseException as error:  # noqa: BLE001 - the caller is told, whatever it was
            self._fail(name, error)
            return
        later = as_future(value)
        if later is not None:
            later.add_done_callback(partial(self._resolved, name))
        else:
            self._publish(name, value)

    def _resolved(self, name: RequestName, future: Future[Any]) -> None:
        try:
            value = future.result()
        except BaseException as error:  # noqa: BLE001 - as above
            self._fail(name, error)
        else:
            self._publish(name, value)

    def _publish(self, name: RequestName, value: object) -> None:
        try:
            self.sweep()
            replies.publish(self._place, name, value)
        except Exception as error:  # noqa: BLE001 - the value's own methods, a format's module that is not there
            self._fail(name, error)

    def _fail(self, name: RequestName, error: BaseException) -> None:
        try:
            self._place.publish(name.error.encode(), self._place.client, error_text(error))
        except (WireError, OSError) as lost:
            log.warning("the answer to %s is lost: %s", name.text, lost)


def _complete_line(fd: int, writer_closed: bool) -> bytes | None:
    """The line, or None where it is still being written. `BadMessage` for one that is too long."""
    line = files.read(fd, MAX_LINE_BYTES)
    if line.endswith(b"\n") or writer_closed:
        return line
    # An empty file may have been created this instant, by somebody who is about to write.
    if not line or files.has_writer(fd):
        return None
    return files.read(fd, MAX_LINE_BYTES)  # its writer may have written the rest since, and closed it
