"""The links of one end of a channel: what is sent goes over all of them, and is received from any."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from typing import Callable, NamedTuple

from ramwire.errors import BadMessage
from ramwire.journal import Journal
from ramwire.sessions.contract import Closed, Expired, Gone
from ramwire.shared_memory.alarm import Alarm
from ramwire.shared_memory.link import SLOTS, Link
from ramwire.shared_memory.place import poll_ms

log = Journal(__name__)


class _Waiting(NamedTuple):
    """What threads wait on. Closed with the last reference, so it is to be held as long as one waits."""

    alarm: Alarm
    bells: select.epoll

    @classmethod
    def made(cls) -> _Waiting:
        alarm, bells = Alarm(), select.epoll()
        bells.register(alarm.fd, select.EPOLLIN)
        return cls(alarm, bells)


class Links:
    """One thread at a time sends, one receives, and any may add."""

    def __init__(self, name: str) -> None:
        """`name`: what the log calls this end."""
        self._name = name
        self._lock = threading.RLock()  # a signal's handler may close in the midst of a send
        self._links: list[Link] = []
        self._unheard: deque[bytes] = deque(maxlen=SLOTS)
        self._waiting: _Waiting | None = _Waiting.made()

    def __bool__(self) -> bool:
        return bool(self._links)

    def add(self, link: Link) -> None:
        """Join a link. Where it is the only one, it gets what nobody has received yet."""
        with self._lock:
            self._first_full()
            if self._waiting is None:
                return
            if not self._links:
                while self._unheard:
                    link.send(self._unheard.popleft())
            self._links.append(link)
            self._waiting.bells.register(link.bell, select.EPOLLIN)

    def send(
        self, message: bytes, deadline: float, publish: Callable[[bytes], None], needs_nobody: bool
    ) -> bool:
        """Send over every link, once each has room; `publish` is called right before.

        Where there is no link: False; or if it `needs_nobody`, it is kept for the next one, in place of the
        oldest of too many. Raises `Expired`, `Closed`.
        """
        while True:
            with self._lock:
                alarm, _ = self._checked()
                full = self._first_full()
                if full is None:
                    if not self._links and not needs_nobody:
                        return False
                    publish(message)
                    self._hand_out(message)
                    return True
            _wait_for_room(full, alarm, deadline)

    def _hand_out(self, message: bytes) -> None:
        for link in self._links:
            link.send(message)
        if not self._links:
            self._unheard.append(message)

    def _first_full(self) -> Link | None:
        """The first link that has no room. Those whose other end is gone are dropped."""
        for link in list(self._links):
            try:
                if not link.has_room():
                    return link
            except Gone:
                self._drop(link)
        return None

    def _drop(self, link: Link) -> None:
        if link not in self._links:
            return
        self._links.remove(link)
        if self._waiting is not None:
            self._waiting.bells.unregister(link.bell)
        if not self._links:
            self._unheard.extend(link.kept)

    def _checked(self) -> _Waiting:
        """Raises `Closed`."""
        if self._waiting is None:
            raise Closed
        return self._waiting

    def receive(self, deadline: float, needs_nobody: bool) -> bytes | None:
        """The next message of any link. Where there is no link: None; or if it `needs_nobody`, one is
        waited for.

        Raises `Expired`, `Closed`.
        """
        while True:
            waiting = self._checked()
            message = self._next()
            if message is not None:
                return message
            if not self._links and not needs_nobody:
                return None
            left_ms = poll_ms(deadline)
            left_s = None if left_ms is None else left_ms / 1000
            if not waiting.bells.poll(left_s) and time.monotonic() >= deadline:
                raise Expired

    def _next(self) -> bytes | None:
        for link in list(self._links):
            try:
                message = link.receive()
            except Gone:
                pass
            except BadMessage as error:
                log.warning("%s: one at the other end is not listened to any more: %s", self._name, error)
            else:
                if message is None:
                    continue
                if len(self._links) > 1:
                    self._let_others_go_first(link)
                return message
            with self._lock:
                self._drop(link)
        return None

    def _let_others_go_first(self, link: Link) -> None:
        with self._lock:
            if link in self._links:
                self._links.remove(link)
                self._links.append(link)

    def close(self) -> None:
        """Make `send` and `receive`, now and later, raise `Closed`; the other ends see that this one is gone.

        From any thread.
        """
        with self._lock:
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                waiting.alarm.ring()
            self._links = []  # whoever still waits on one lets go of it now
            self._unheard.clear()

    def forget(self) -> None:
        """In a forked child: let go of what is the parent's, and be closed."""
        self._lock = threading.RLock()
        self._waiting = None
        self.close()


def _wait_for_room(link: Link, alarm: Alarm, deadline: float) -> None:
    """Raises `Expired`."""
    poller = select.poll()
    poller.register(link.receipts, select.POLLIN)
    poller.register(alarm.fd, select.POLLIN)
    if not poller.poll(poll_ms(deadline)) and time.monotonic() >= deadline:
        raise Expired
