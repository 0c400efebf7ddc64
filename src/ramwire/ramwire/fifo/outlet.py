"""The end of the two FIFOs that messages go into."""

from __future__ import annotations

import select
import threading
from typing import Callable

from ramwire.errors import Refused
from ramwire.fifo.alarm import Alarm, seconds_until, wait
from ramwire.fifo.kept import Kept
from ramwire.fifo.place import Place
from ramwire.fifo.shut import Late, Shut
from ramwire.fifo.sink import Sink
from ramwire.journal import Journal

log = Journal(__name__)


class Outlet(Kept):
    """Any number of threads may `put`; the others are for the keeper's thread.

    A message of up to PIPE_BUF bytes is written in one piece. Of a larger one some may have gone at the
    deadline: the rest is kept and goes before all else, as soon as the reader takes it. Where the reader
    leaves in the midst of a message, what it has not read is thrown away, and the message goes again from its
    beginning to the next.
    """

    def __init__(self, name: bytes, unfinished: Callable[[], None]) -> None:
        """`unfinished` is called when there is a rest: somebody is to call `push` whenever there is room."""
        self.name = name
        self._unfinished = unfinished
        self._lock = threading.RLock()  # a signal's handler may close what its own thread waits for
        self._alarm = Alarm()
        self._sink: Sink | None = None
        self._next: Sink | None = None
        self._rest = b""
        self._fault = ""
        self._is_shut = False

    # The senders' side.

    def put(self, frame: bytes, deadline: float) -> None:
        """Write one frame, once somebody reads. Raises `Late`, `Shut`, and `Refused` while the name means no
        FIFO.
        """
        if not self._lock.acquire(timeout=seconds_until(deadline)):
            raise Late
        try:
            while True:
                try:
                    sink = self._ready(deadline)
                    self._write(sink, frame, deadline)
                except BrokenPipeError:
                    continue  # to the next reader
                return
        finally:
            self._lock.release()

    def _ready(self, deadline: float) -> Sink:
        """The FIFO, when it has a reader, nothing unfinished, and it is our turn."""
        while True:
            self._alarm.hush()
            self._check()
            self._swap()
            sink = self._sink
            if sink is not None and sink.has_reader:
                if self._rest:
                    self._push(sink)
                if self._rest:
                    self._await(sink, deadline)
                    continue
                if sink.turn.take():
                    return sink
            elif sink is not None and self._rest:
                self._drop_rest(sink)
            try:
                self._await(None, deadline, nobody=sink is None or not sink.has_reader)
            except BaseException:
                if sink is not None and not self._rest:
                    sink.turn.give()
                raise

    def _write(self, sink: Sink, frame: bytes, deadline: float) -> None:
        left = memoryview(frame)
        try:
            while left:
                gone = sink.write(left)
                left = left[gone:]
                if not gone:
                    self._await(sink, deadline)
        except BrokenPipeError:
            if len(left) < len(frame):
                sink.empty()
            raise
        except Late:
            if len(left) < len(frame):
                self._rest = bytes(left)
                self._unfinished()
                raise Late(begun=True) from None
            raise
        finally:
            if not self._rest:
                sink.turn.give()

    def _await(self, sink: Sink | None, deadline: float, nobody: bool = False) -> None:
        poller = select.poll()
        poller.register(self._alarm.fd, select.POLLIN)
        if sink is not None:
            poller.register(sink.fd, select.POLLOUT)
        ready = wait(poller, deadline)
        if not ready:
            raise Late(nobody=nobody)
        if self._is_shut:
            raise Shut
        if any(fd == self._alarm.fd for fd, _ in ready):
            self._alarm.hush()

    def _check(self) -> None:
        if self._is_shut:
            raise Shut
        if self._fault:
            raise Refused(self._fault)

    def _swap(self) -> None:
        """Between two messages: go over to the FIFO that the name means now."""
        if self._next is not None and not (self._rest and self._sink and self._sink.has_reader):
            if self._sink is not None:
                self._drop_rest(self._sink)
                self._sink.close()
            self._sink, self._next = self._next, None

    def _push(self, sink: Sink) -> None:
        """Write as much of the rest as there is room for."""
        try:
            while self._rest:
                gone = sink.write(memoryview(self._rest))
                self._rest = self._rest[gone:]
                if not gone:
                    return
        except BrokenPipeError:
            self._drop_rest(sink)
        sink.turn.give()

    def _drop_rest(self, sink: Sink) -> None:
        if self._rest:
            log.warning(
                "%s: %d bytes of a message that nobody waited for are thrown away",
                sink.shown,
                len(self._rest),
            )
            self._rest = b""
            sink.empty()
            sink.turn.give()

    # The keeper's side.

    @property
    def has_reader(self) -> bool:
        """Whether somebody reads at the other end. Any thread."""
        sink = self._next or self._sink
        return sink is not None and sink.has_reader

    @property
    def looks_at(self) -> float:
        """When `look` is to be called."""
        return float("inf")

    def look(self) -> None:
        """What is to be done at a certain time."""

    def a_reader_left(self) -> None:
        """What it has not read waits for the next."""

    @property
    def waits_for_room(self) -> int:
        """The descriptor on which `push` waits for room; -1 if there is nothing to push."""
        sink = self._sink
        return sink.fd if self._rest and sink is not None else -1

    def push(self) -> None:
        """There is room, or nobody reads: go on with what is unfinished."""
        if self._lock.acquire(blocking=False):
            try:
                if not self._is_shut and self._sink is not None and self._rest:
                    self._push(self._sink)
            finally:
                self._lock.release()

    def is_at(self, folder: int) -> bool:
        """Whether it writes to what the name means in this folder."""
        current = self._next or self._sink
        return current is not None and current.is_at(self.name, folder)

    def follow(self, place: Place) -> None:
        """Write to what the name means there, from the next message on. Raises `Refused`, OSError."""
        sink = Sink(place.fifo(self.name), self._alarm.ring)
        former, self._next = self._next, sink
        if former is not None:
            former.close()
        if self._lock.acquire(blocking=False):
            try:
                self._swap()
            finally:
                self._lock.release()
        self._alarm.ring()

    def fail(self, why: str) -> None:
        """Why the name cannot be written to; "" when it can again."""
        self._fault = why
        self._alarm.ring()

    def a_reader_came(self) -> None:
        """Whoever waits for one looks again."""
        self._alarm.ring()

    def shut(self) -> None:
        """Make `put`, now and later, raise `Shut`."""
        self._is_shut = True
        self._alarm.ring()

    def close(self) -> None:
        """After `shut`: let go of the descriptors, once nobody waits any more."""
        self.shut()
        with self._lock:
            if self._rest and self._sink is not None:
                log.warning("%s: closed with %d bytes of a message unsent", self._sink.shown, len(self._rest))
            for sink in self._take_sinks():
                sink.close()
            self._alarm.close()

    def forget(self) -> None:
        self._is_shut = True
        for sink in self._take_sinks():
            sink.forget()
        self._alarm.forget()

    def _take_sinks(self) -> list[Sink]:
        sinks = [sink for sink in (self._sink, self._next) if sink is not None]
        self._sink = self._next = None
        self._rest = b""
        return sinks
