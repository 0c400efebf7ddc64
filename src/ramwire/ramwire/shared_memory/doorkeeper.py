"""Waits for clients at the door, and has it made again when it is lost."""

from __future__ import annotations

import select
import socket
import time

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.sessions.contract import Closed
from ramwire.shared_memory.alarm import Alarm
from ramwire.shared_memory.door import Door
from ramwire.shared_memory.holding import Held
from ramwire.shared_memory.mark import Kind
from ramwire.shared_memory.place import poll_ms
from ramwire.shared_memory.trouble import Trouble

log = Journal(__name__)

_TRY_AGAIN_S = 0.5


class Doorkeeper:
    """`accept` is called by one thread, `interrupt` by any."""

    def __init__(self, path: str, kind: Kind) -> None:
        self._path = path
        self._kind = kind
        self._alarm: Alarm | None = None
        self.trouble = Trouble(path)
        self.door: Door | None = None
        """None while what was lost cannot be made again."""

    def open(self) -> None:
        """Raises `Refused`, with the holder's pid where another serves there."""
        try:
            alarm = Alarm()
            self.door = Door(self._path, self._kind)
        except OSError as error:
            raise Refused(f"{self._path} cannot be served: {error}") from error
        self._alarm = alarm

    def accept(self) -> socket.socket:
        """The next connection. Raises `Closed`, and `Held` where another server has taken the place."""
        while True:
            connection = self._next()
            if connection is not None:
                return connection

    def _next(self) -> socket.socket | None:
        if self.door is None:
            self._wait(None, time.monotonic() + _TRY_AGAIN_S)
            self._renew()
            return None
        self._wait(self.door, time.monotonic() + _TRY_AGAIN_S if self.trouble else float("inf"))
        if self.door.is_lost():
            log.warning("%s was deleted, replaced or moved: it is made again", self._path)
            self._give_up()
            self._renew()
            return None
        try:
            connection, _ = self.door.socket.accept()
        except BlockingIOError:
            self.trouble.end()
            return None  # it was woken by something else, or the client has left already
        except OSError as error:
            self.trouble.tell("no client can be admitted", error)
            return None
        self.trouble.end()
        return connection

    def _wait(self, door: Door | None, until: float) -> None:
        """Raises `Closed`."""
        alarm = self._alarm
        if alarm is None or alarm.has_rung:
            raise Closed
        poller = select.poll()
        poller.register(alarm.fd, select.POLLIN)
        if door is not None:
            poller.register(door.losses, select.POLLIN)
            if until == float("inf"):  # else it is ready, but there is no descriptor to accept with
                poller.register(door.socket, select.POLLIN)
        poller.poll(poll_ms(until))
        if alarm.has_rung:
            raise Closed

    def _renew(self) -> None:
        """Raises `Held`."""
        try:
            self.door = Door(self._path, self._kind)
        except Held:
            raise
        except (OSError, Refused) as error:
            self.trouble.tell("it cannot be made again", error)
        else:
            self.trouble.end()

    def _give_up(self) -> None:
        door, self.door = self.door, None
        if door is not None:
            door.close()

    def interrupt(self) -> None:
        """Make `accept`, now and later, raise `Closed`."""
        if self._alarm is not None:
            self._alarm.ring()

    def close(self) -> None:
        """Give the place up. No `accept` is under way."""
        self._give_up()
        if self._alarm is not None:
            self._alarm.ring()
            self._alarm = None

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        door, self.door = self.door, None
        if door is not None:
            door.forget()
        self._alarm = None
