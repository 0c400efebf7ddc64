"""The server's end of the `jsonfile:` wire: a desk at the shared file, and a new one when its folder goes."""

from __future__ import annotations

import os
import select
import threading
import weakref
from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import Answer, ServerWire
from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.jsonfile.client import OPTIONS, STALE_S
from ramwire.jsonfile.desk import Desk, Served
from ramwire.jsonfile.place import Place, file_path
from ramwire.ramdrive import files
from ramwire.ramdrive.watch import Mounts
from ramwire.url import Url

log = Journal(__name__)

_TRY_AGAIN_S = 1.0


class JsonFileServer(ServerWire):
    """See `ramwire.contract.ServerWire`."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, answer: Answer) -> None:
        super().__init__(url, answer)
        self._path = file_path(url)
        self._stale_s = url.seconds("stale", STALE_S)
        self._desk: Desk | None = None
        self._stopped = threading.Event()
        self._lock = threading.RLock()  # a signal's handler may call `stop` in the midst of `stop`
        _servers.add(self)

    def open(self) -> None:
        self._stopped.clear()
        try:
            with files.full_drive_is_an_error(self._path):
                self._desk = self._new_desk()
        except OSError as error:
            raise Refused(f"{self._path} cannot be served: {error}") from error

    def serve(self) -> None:
        try:
            while self._desk is not None and not self._desk.watch():
                log.warning("%s: its folder was deleted, replaced or mounted over: serving there", self._path)
                self._close()
                self._reopen()
        finally:
            self._close()

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            if self._desk is not None:
                self._desk.stop()  # `serve` lets go of it

    def forget(self) -> None:
        """In a forked child: hold nothing open for the parent."""
        self._lock = threading.RLock()
        if self._desk is not None:
            self._desk.forget()
            self._desk = None

    def _new_desk(self) -> Desk:
        return Desk(Place(self._path), self.answer, self._stale_s)

    def _close(self) -> None:
        with self._lock:
            desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()

    def _reopen(self) -> None:
        """Wait until the folder can be used. The mounts are listened to; all else is tried each second until
        then.
        """
        mounts = Mounts()
        try:
            changed = select.poll()
            changed.register(mounts.fd, select.POLLPRI)
            while not self._stopped.is_set():
                try:
                    desk = self._new_desk()
                except Served:
                    raise
                except (Refused, OSError) as error:
                    log.info("%s cannot be served yet: %s", self._path, error)
                    changed.poll(_TRY_AGAIN_S * 1000)
                else:
                    with self._lock:
                        self._desk = desk
                    if self._stopped.is_set():
                        desk.stop()
                    return
        finally:
            mounts.close()


_servers: weakref.WeakSet[JsonFileServer] = weakref.WeakSet()


def _forget_parents() -> None:
    for server in list(_servers):
        server.forget()


os.register_at_fork(after_in_child=_forget_parents)
