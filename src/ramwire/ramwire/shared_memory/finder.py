"""How a client finds a server: it connects to the socket beside PATH, and waits for one in the folder."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

from ramwire.errors import Refused
from ramwire.patience import set_patience
from ramwire.ramdrive.watch import IN_CLOSE_WRITE, IN_CREATE, IN_MODIFY, IN_MOVE_SELF, IN_MOVED_TO, Inotify
from ramwire.sessions.contract import Closed, Expired
from ramwire.shared_memory import handover, mark
from ramwire.shared_memory.alarm import Alarm
from ramwire.shared_memory.holding import open_page
from ramwire.shared_memory.mark import Kind
from ramwire.shared_memory.place import Folder, poll_ms
from ramwire.shared_memory.plain import LOOK_S, PlainPage

_IN_ATTRIB = 0x4
_IN_DELETE_SELF = 0x400
_WRITES = IN_MODIFY | IN_CLOSE_WRITE
_CHANGES = IN_CREATE | IN_MOVED_TO | _IN_ATTRIB | IN_MOVE_SELF | _IN_DELETE_SELF

_ROOM_S = 0.2
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.05


def pauses_s() -> Iterator[float]:
    """How long to wait before each time that a server is asked again; the first may have died: not at all."""
    pause_s = 0.0
    while True:
        yield pause_s
        pause_s = min(max(2 * pause_s, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)


class Finder:
    """Connects to the server of one address. Any number of threads may ask."""

    def __init__(self, path: str, kind: Kind) -> None:
        self._path = path
        self._kind = kind
        self.reset()

    def reset(self) -> None:
        """Be as new: in a forked child, whose parent has the alarm."""
        self._lock = threading.RLock()
        self._alarm: Alarm | None = None
        self._closed = False

    def connect(self, deadline: float) -> socket.socket:
        """A connection to a server of this user, waited for until the deadline.

        Raises `Expired`, `Closed`, `Refused` for what is no server's and stays so, OSError.
        """
        with closing(Folder(self._path)) as folder:
            found: socket.socket | bytes | None = self._try(folder, deadline)
        while not isinstance(found, socket.socket):
            found = self._await(deadline, None)
        return found

    def connect_or_hear(self, deadline: float, plain: PlainPage) -> socket.socket | bytes:
        """The same; or the line of a plain writer at PATH, whichever comes first."""
        found = None
        while found is None:
            found = self._await(deadline, plain)
        return found

    def _try(self, folder: Folder, deadline: float) -> socket.socket | None:
        """None where nobody listens."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            folder.check_socket()
            self._wait_for_room(connection, folder, deadline)
            handover.peer_of(connection)
            self._check_kind(folder)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_kind(self, folder: Folder) -> None:
        """Raises `Refused` where something else is served."""
        found = None
        with suppress(OSError, Refused):  # that PATH is not what it should be is the server's to mend
            page = open_page(folder, os.O_RDONLY)
            try:
                found = mark.read(page)
            finally:
                os.close(page)
        if found is not None and found.kind not in (self._kind, "unknown"):
            raise Refused(
                f"{self._path}: process {found.pid} serves a {found.kind} there; this is a {self._kind}'s end"
            )

    def _wait_for_room(self, connection: socket.socket, folder: Folder, deadline: float) -> None:
        """Connect. Where very many wait to be let in it blocks, and nobody could wake us: so not for long."""
        set_patience(connection, socket.SO_SNDTIMEO, _ROOM_S)
        while True:
            if self._closed:
                raise Closed
            try:
                connection.connect(folder.at(folder.socket_name))
            except BlockingIOError:
                self.check(deadline, nobody=False)
            else:
                return

    def check(self, deadline: float, nobody: bool) -> None:
        """Raises `Closed`, `Expired`."""
        if self._closed:
            raise Closed
        if time.monotonic() >= deadline:
            raise Expired(nobody)

    def _await(self, deadline: float, plain: PlainPage | None) -> socket.socket | bytes | None:
        """Wait for a change in the folder; what had come before the wait."""
        with closing(Inotify()) as inotify:
            with closing(Folder(self._path)) as folder:  # not held open: then its deletion could not be seen
                inotify.watch(folder.fd, _CHANGES if plain is None else _CHANGES | _WRITES)
                found = self._try(folder, deadline) or (plain and plain.news(folder))
                if found:
                    return found
                names = {os.fsencode(folder.socket_name), b""} | (
                    {os.fsencode(folder.name)} if plain else set()
                )
            self._wait(inotify, names, deadline, look_again=plain is not None and plain.is_written)
        return None

    def _wait(self, inotify: Inotify, names: set[bytes], deadline: float, look_again: bool) -> None:
        """Until something happens to one of the names, or it is time to look again."""
        alarm = self.own_alarm()
        poller = select.poll()
        poller.register(inotify.fd, select.POLLIN)
        poller.register(alarm.fd, select.POLLIN)
        until = min(deadline, time.monotonic() + LOOK_S) if look_again else deadline
        while True:
            self.check(deadline, nobody=True)
            if not poller.poll(poll_ms(until)) and look_again:
                return
            if any(event.name in names for event in inotify.read()):
                return

    def pause(self, pause_s: float, deadline: float) -> None:
        """Before a server that has not let one in is asked again. Raises `Closed`, `Expired`."""
        alarm = self.own_alarm()
        poller = select.poll()
        poller.register(alarm.fd, select.POLLIN)
        poller.poll(poll_ms(min(deadline, time.monotonic() + pause_s)))
        self.check(deadline, nobody=False)

    def own_alarm(self) -> Alarm:
        """Rung by `close`; to be held as long as it is waited on. Raises `Closed`."""
        with self._lock:
            if self._closed:
                raise Closed
            if self._alarm is None:
                self._alarm = Alarm()
            return self._alarm

    def close(self) -> None:
        """Make `connect`, now and later, raise `Closed`."""
        with self._lock:
            self._closed = True
            if self._alarm is not None:
                self._alarm.ring()
                self._alarm = None
