"""One joined lane, as the server holds it."""

from __future__ import annotations

import errno
import os
import select
import stat
import threading
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ramwire import pickles
from ramwire.errors import BadMessage
from ramwire.line import MAX_LINE_BYTES
from ramwire.ramdrive import files, records
from ramwire.ramdrive.lane import SILENT
from ramwire.ramdrive.names import TOKEN_BYTES
from ramwire.ramdrive.place import Place
from ramwire.remote import error_text

if TYPE_CHECKING:
    from concurrent.futures import Future


class Peer:
    """Opened at the join. Every method copes with a client that has died; `closed` then is True."""

    def __init__(self, place: Place, token: bytes) -> None:
        """Raises OSError where the client is dead (ENXIO) or its files are not there, `Unsafe` where they are
        odd.
        """
        self.place = place
        self.token = token
        self.silent = token[:1] == SILENT
        self.closed = False
        self._taken = b""
        self.pending: Future[Any] | None = None
        self._lock = threading.Lock()
        self._fds: list[int] = []
        try:
            self.bell = self._keep(
                files.open_safely(token + b".waiting", place.lanes, os.O_WRONLY, stat.S_ISFIFO)
            )
            self._request = self._keep(files.open_safely(token + b".request", place.lanes, os.O_RDONLY))
            reply = token + b".reply"
            self._reply = files.Slot(self._keep(files.open_safely(reply, place.lanes, os.O_RDWR)), reply)
            # Whoever comes after us sees that this lane has had a server, and leaves it alone.
            os.rename(token + b".waiting", token + b".joined", src_dir_fd=place.lanes, dst_dir_fd=place.lanes)
        except BaseException:
            self.close()
            raise
        poller = select.poll()
        poller.register(self.bell, 0)
        self._has_error = poller.poll

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd

    def take(self, name: bytes, line: bytes) -> bytes | None:
        """Delete a request; its line, read from the file where it was not told. None where it is gone or its
        client is dead.
        """
        with self._lock:
            if self.closed or self._has_error(0):
                return None
            try:
                os.unlink(name, dir_fd=self.place.server)
            except OSError:
                if name != self._taken:  # it may have been seen twice: by the bell, and in the folder
                    self._ring(records.NOT_MINE + name + b"\n")
                return None
            self._taken = name
            return line or files.read(self._request, MAX_LINE_BYTES)

    def answer(self, name: bytes, value: object) -> None:
        """Publish the value, or the reason why it cannot be."""
        if self.silent:
            self.tell(records.DONE, name)
            return
        try:
            data = pickles.dumps(value)
        except BadMessage as error:
            self.fail(name, error)
            return
        told = records.value_record(name, data) if len(data) <= records.LONGEST_VALUE_BYTES else b""
        self._publish(name, data, b".pickle", told or records.FILED + name + b"\n")

    def defer(self, name: bytes, future: Future[Any]) -> None:
        """The answer comes later; where the client goes before, the future is cancelled."""
        self.pending = future
        self.tell(records.DEFERRED, name)
        if self.closed:
            future.cancel()

    def fail(self, name: bytes, error: BaseException) -> None:
        """Publish what the verb has raised."""
        if self.silent:
            self.tell(records.DONE, name)
        else:
            self._publish(name, error_text(error), b".error", records.ERROR + name + b"\n")

    def tell(self, kind: bytes, name: bytes) -> None:
        """Ring the client's bell."""
        with self._lock:
            if not self.closed:
                self._ring(kind + name + b"\n")

    def _publish(self, name: bytes, data: bytes, ending: bytes, told: bytes) -> None:
        place, reply = self.place, self._reply
        with self._lock:
            if self.closed:
                return
            try:
                reply.put(data)
                os.link(reply.name, name + ending, src_dir_fd=place.lanes, dst_dir_fd=place.client)
            except OSError as error:
                full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                self._ring((records.NO_ROOM if full else records.CANNOT) + name + b"\n")
                return
            try:
                os.write(self.bell, told)
            except OSError:
                if not self._ring(told):
                    # It has given up: what it did not see before it went is ours to remove.
                    files.remove(name + ending, place.client)

    def _ring(self, record: bytes) -> bool:
        try:
            os.write(self.bell, record)
        except BlockingIOError:
            return True  # thousands unread: it has stopped, and will see its files when it goes on
        except BrokenPipeError:
            return False
        return True

    def close(self) -> None:
        """The client sees a POLLHUP."""
        with self._lock:
            self.closed = True
            self.forget()
        pending = self.pending
        if pending is not None:
            pending.cancel()

    def forget(self) -> None:
        """Close the descriptors alone."""
        fds, self._fds = self._fds, []
        for fd in fds:
            os.close(fd)


def remove_lanes(place: Place, tokens: Collection[bytes]) -> None:
    """Remove every file of dead lanes; of each the bell last, because a lane is found by it."""
    for folder in (place.server, place.client):
        for name in map(os.fsencode, files.listing(folder)):
            _, _, whose = name.partition(b"-")
            if whose[:TOKEN_BYTES] in tokens and whose[TOKEN_BYTES:] in (b"", b".pickle", b".error"):
                with suppress(OSError):
                    files.remove(name, folder)
    for token in tokens:
        for ending in (b".request", b".reply", b".sending", b".waiting", b".joined"):
            with suppress(OSError):
                files.remove(token + ending, place.lanes)
