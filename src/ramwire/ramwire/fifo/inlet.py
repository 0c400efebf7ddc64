"""The end of the two FIFOs that messages come out of."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from typing import Callable

from ramwire.errors import Refused
from ramwire.fifo.alarm import Alarm, seconds_until, wait
from ramwire.fifo.framings.contract import MOST_BYTES, Framing
from ramwire.fifo.kept import Kept
from ramwire.fifo.place import Place
from ramwire.fifo.shut import Shut
from ramwire.fifo.source import Source
from ramwire.journal import Complaints, Journal

log = Journal(__name__)

_NEVER = float("inf")
_TORN_AFTER_S = 1.0
"""How long the rest of a message is waited for after a writer has left while others have stayed."""
_MOST_AHEAD = 1000
"""Messages read before anybody asks for them, to see where one writer ends and the next begins."""


class Inlet(Kept):
    """Any number of threads may `take`; the others are for the keeper's thread.

    After a FIFO was deleted or replaced, what lies in the old one is read to its end, beside the new one.
    """

    def __init__(
        self, name: bytes, framing: Framing, lost: Callable[[], None], most_bytes: int = MOST_BYTES
    ) -> None:
        """`lost` is called where the FIFO cannot be read any more, and is to be followed anew."""
        self.name = name
        self._framing = framing
        self._lost = lost
        self._most_bytes = most_bytes
        self._complaints = Complaints(log)
        self._lock = threading.RLock()  # a signal's handler may close what its own thread waits for
        self._alarm = Alarm()
        self._current: Source | None = None
        self._sources: list[Source] = []
        self._messages: deque[bytes] = deque()
        self._fault = ""
        self._has_lost_a_writer = False
        self._torn_at = _NEVER
        self._is_shut = False

    # The receivers' side.

    def take(self, deadline: float) -> bytes | None:
        """The next message; None at the deadline. Raises `Shut`, `Refused` while the name means no FIFO."""
        if not self._lock.acquire(timeout=seconds_until(deadline)):
            return None
        try:
            while True:
                if self._is_shut:
                    raise Shut
                if self._messages:
                    return self._messages.popleft()
                if self._fault:
                    raise Refused(self._fault)
                if not self._wait(deadline):
                    return None
        finally:
            self._lock.release()

    def discard(self) -> int:
        """Throw away what has come so far; how many messages."""
        with self._lock:
            self._read_ahead()
            thrown = len(self._messages)
            self._messages.clear()
            return thrown

    def _wait(self, deadline: float) -> bool:
        """Read once something is there; False at the deadline."""
        poller = select.poll()
        poller.register(self._alarm.fd, select.POLLIN)
        sources = {source.fd: source for source in list(self._sources)}
        for fd in sources:
            poller.register(fd, select.POLLIN)
        ready = wait(poller, min(deadline, self._torn_at))
        if self._is_shut:
            return True
        for fd, _ in ready:
            if fd == self._alarm.fd:
                self._alarm.hush()
                self._look_at_the_abandoned()
                if self._has_lost_a_writer:
                    self._look_for_the_torn()
            else:
                self._read(sources[fd])
                self._see_progress()
        now = time.monotonic()
        if not ready and now >= self._torn_at:
            self._give_up_the_torn()
        return now < deadline or bool(self._messages)

    def _read(self, source: Source) -> bool:
        """Whether there was something to read."""
        if source not in self._sources:
            return False  # dropped since
        try:
            messages = source.read()
        except OSError as error:
            log.error("%s cannot be read any more: %s", source.shown, error)
            self._drop(source)
            self._lost()
            return False
        self._messages += messages or ()
        if source.over:
            self._drop(source)
        return messages is not None

    def _look_at_the_abandoned(self) -> None:
        for source in list(self._sources):
            if source.abandoned:
                self._read(source)  # it may have ended before it was

    def _drop(self, source: Source) -> None:
        if source is self._current:
            self._current = None
        self._sources.remove(source)
        source.close()

    def _see_progress(self) -> None:
        if self._torn_at != _NEVER:
            self._torn_at = time.monotonic() + _TORN_AFTER_S if self._has_unfinished() else _NEVER

    def _give_up_the_torn(self) -> None:
        self._torn_at = _NEVER
        for source in self._sources:
            source.decoder.ended()

    @property
    def fault(self) -> str:
        """Why the name cannot be read from; "" when it can."""
        return self._fault

    def await_mending(self) -> None:
        """Wait until it can be read from again, or is shut."""
        poller = select.poll()
        poller.register(self._alarm.fd, select.POLLIN)
        with self._lock:
            while self._fault and not self._is_shut:
                poller.poll()
                self._alarm.hush()

    # The keeper's side.

    def is_at(self, folder: int) -> bool:
        """Whether it reads what the name means in this folder."""
        current = self._current
        return current is not None and current.is_at(self.name, folder)

    def follow(self, place: Place) -> None:
        """Read from what the name means there, and the old FIFOs to their end. Raises `Refused`, OSError."""
        fifo = place.fifo(self.name)
        shown = fifo.shown
        decoder = self._framing.decoder(
            lambda why: self._complaints.tell("%s: %s", shown, why), self._most_bytes
        )
        source = Source(fifo, decoder)
        if self._current is not None:
            self._current.abandoned = True
        self._sources.append(source)
        self._current = source
        self._alarm.ring()

    def fail(self, why: str) -> None:
        """Why the name cannot be read from; "" when it can again."""
        self._fault = why
        self._alarm.ring()

    def a_writer_left(self) -> None:
        """Look where its last message ends, before the next writer's begins."""
        if self._lock.acquire(blocking=False):
            try:
                self._look_for_the_torn()
            finally:
                self._lock.release()
        else:
            self._has_lost_a_writer = True
            self._alarm.ring()

    def _look_for_the_torn(self) -> None:
        self._has_lost_a_writer = False
        self._read_ahead()
        if self._has_unfinished():
            self._torn_at = time.monotonic() + _TORN_AFTER_S

    def _has_unfinished(self) -> bool:
        return any(source.decoder.unfinished_bytes for source in self._sources)

    def _read_ahead(self) -> None:
        for source in list(self._sources):
            while not self._is_shut and len(self._messages) < _MOST_AHEAD:
                if not self._read(source):
                    break

    def shut(self) -> None:
        """Make `take`, now and later, raise `Shut`."""
        self._is_shut = True
        self._alarm.ring()

    def close(self) -> None:
        self.shut()
        with self._lock:
            self._close_sources()
            self._alarm.close()

    def forget(self) -> None:
        self._is_shut = True
        self._close_sources()
        self._alarm.forget()

    def _close_sources(self) -> None:
        sources, self._sources, self._current = self._sources, [], None
        for source in sources:
            source.close()
