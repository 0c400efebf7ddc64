"""How a client finds a server: it connects to the socket beside PATH, and waits for one in the folder."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from contextlib import closing

from ramwire.ramdrive.watch import IN_CREATE, IN_MOVE_SELF, IN_MOVED_TO, Inotify
from ramwire.sessions.contract import ClientSession, Closed, Connector, Expired, Gone
from ramwire.shared_memory import handover
from ramwire.shared_memory.alarm import Alarm
from ramwire.shared_memory.client_session import MmapClientSession
from ramwire.shared_memory.place import Folder, poll_ms

_IN_ATTRIB = 0x4
_IN_DELETE_SELF = 0x400
_CHANGES = IN_CREATE | IN_MOVED_TO | _IN_ATTRIB | IN_MOVE_SELF | _IN_DELETE_SELF

_ROOM_S = 0.2
_SHY_S = 0.05
_TIMEVAL = struct.Struct("ll")


class Finder:
    """Connects to the server of one address. Any number of threads may ask."""

    def __init__(self, path: str) -> None:
        self._path = path
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
            connection = self._try(folder, deadline)
        while connection is None:
            connection = self._await(deadline)
        return connection

    def _try(self, folder: Folder, deadline: float) -> socket.socket | None:
        """None where nobody listens."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            folder.check_socket()
            self._wait_for_room(connection, folder, deadline)
            handover.peer_of(connection)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        except BaseException:
            connection.close()
            raise
        return connection

    def _wait_for_room(self, connection: socket.socket, folder: Folder, deadline: float) -> None:
        """Connect. Where very many wait to be let in it blocks, and nobody could wake us: so not for long."""
        patience = _TIMEVAL.pack(0, int(_ROOM_S * 1e6))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        while True:
            self.check(deadline, nobody=False)
            try:
                connection.connect(folder.at(folder.socket_name))
            except BlockingIOError:
                continue
            return

    def check(self, deadline: float, nobody: bool) -> None:
        """Raises `Closed`, `Expired`."""
        if self._closed:
            raise Closed
        if time.monotonic() >= deadline:
            raise Expired(nobody)

    def _await(self, deadline: float) -> socket.socket | None:
        """Wait for a change in the folder; a connection where a server has come before the wait."""
        alarm = self._own_alarm()
        with closing(Inotify()) as inotify:
            with closing(Folder(self._path)) as folder:  # not held open: then its deletion could not be seen
                inotify.watch(folder.fd, _CHANGES)
                connection = self._try(folder, deadline)
                if connection is not None:
                    return connection
                name = os.fsencode(folder.socket_name)
            poller = select.poll()
            poller.register(inotify.fd, select.POLLIN)
            poller.register(alarm.fd, select.POLLIN)
            while True:
                self.check(deadline, nobody=True)
                poller.poll(poll_ms(deadline))
                if any(event.name in (name, b"") for event in inotify.read()):
                    return None

    def pause(self, deadline: float) -> None:
        """Before a server that lets nobody in is asked again. Raises `Closed`, `Expired`."""
        poller = select.poll()
        poller.register(self._own_alarm().fd, select.POLLIN)
        poller.poll(poll_ms(min(deadline, time.monotonic() + _SHY_S)))
        self.check(deadline, nobody=False)

    def _own_alarm(self) -> Alarm:
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


class MmapConnector(Connector):
    """A session is made when the server has said welcome."""

    def __init__(self, path: str) -> None:
        self._finder = Finder(path)
        self._shy: set[MmapClientSession] = set()

    def connect(self, deadline: float) -> ClientSession:
        while True:
            with closing(self._finder.connect(deadline)) as connection:
                session = MmapClientSession(connection)
            self._shy.add(session)
            try:
                self._finder.check(deadline, nobody=False)
                session.wait_for_welcome(deadline)
            except BaseException as error:
                session.close()
                if not isinstance(error, Gone):
                    raise
            else:
                return session
            finally:
                self._shy.discard(session)
            self._finder.pause(deadline)

    def close(self) -> None:
        self._finder.close()
        for session in list(self._shy):
            session.interrupt()

    def forget(self) -> None:
        for session in list(self._shy):
            session.forget()
        self._shy = set()
        self._finder.reset()
