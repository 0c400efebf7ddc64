"""One end of a channel over Redis: a message is published on the channel NAME, and both ends listen there.

Redis keeps no message for whoever is not there: `send` waits until somebody else listens. What an end sends
comes back to it too, and is passed over. A thread listens, so that Redis is never left with what nobody
reads; where the connection is lost, it connects again, and what was sent meanwhile is lost.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import ChannelWire, End
from ramwire.errors import BadMessage, Refused, ReplyLost, Timeout
from ramwire.journal import Journal
from ramwire.redis import replies
from ramwire.redis.address import OPTIONS, read
from ramwire.redis.keys import Keys
from ramwire.redis.link import Complaint, Late, Link, Lost, Push, command
from ramwire.url import Url

log = Journal(__name__)

MOST_BYTES = 30 << 20
"""Redis drops a listener with 32 MB before it (`client-output-buffer-limit`)."""

_MOST_WAITING_BYTES = 256 << 20
_CONNECT_S = 5.0
_FIRST_TRY_S = 0.05
_LAST_TRY_S = 1.0
_LOOK_S = 0.25
"""How often a blocked `send` looks for a listener that has not said that it came."""


class RedisChannel(ChannelWire):
    """See `ramwire.contract.ChannelWire`."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, end: End) -> None:
        super().__init__(url, end)
        self._address = read(url)
        keys = Keys(self._address.service)
        self._name = keys.notices
        self._arrivals = keys.arrivals
        self._listening = threading.Event()
        self._begin()
        _channels.add(self)
        threading.Thread(target=self._listen, name="ramwire-redis-channel", daemon=True).start()

    def _begin(self) -> None:
        self._state = threading.Condition()
        self._closed = False
        self._failed: Refused | None = None
        self._received: deque[bytes] = deque()
        self._received_bytes = 0
        self._is_dropping = False
        self._echoes: Counter[bytes] = Counter()
        self._arrived = 0  # how often somebody has said that it came
        self._listener: Link | None = None
        self._sending = threading.Lock()
        self._sender: Link | None = None

    def send(self, message: bytes, deadline: float) -> None:
        if len(message) > MOST_BYTES:
            raise BadMessage(f"{self.url.text}: {len(message)} bytes in a message; {MOST_BYTES} are the most")
        self._check_open()
        if not self._sending.acquire(timeout=_seconds(deadline)):
            raise Timeout(f"{self.url.text}: other threads are still sending", False)
        try:
            while not self._sent(message, deadline):
                pass
        finally:
            self._sending.release()

    def receive(self, deadline: float) -> bytes:
        with self._state:
            while not self._received:
                self._check_open()
                if not self._state.wait(_seconds(deadline)) and time.monotonic() >= deadline:
                    raise Timeout(f"{self.url.text}: no message has come")
            self._check_open()
            message = self._received.popleft()
            self._received_bytes -= len(message)
            return message

    def close(self) -> None:
        with self._state:
            self._closed = True
            links = [self._listener, self._sender]
            self._state.notify_all()
        for link in links:
            if link is not None:
                link.shut()

    def forget(self) -> None:
        """In a forked child, which has none of the threads: the channel is the parent's."""
        for link in (self._listener, self._sender):
            if link is not None:
                link.close()
        self._begin()
        self._closed = True

    def _sent(self, message: bytes, deadline: float) -> bool:
        """Publish it if somebody else is there, else wait for a moment in which that may have changed."""
        with self._state:
            arrived = self._arrived
        try:
            if self._others(deadline):
                self._publish(message, deadline)
                return True
        except Lost as error:
            self._drop_sender()
            log.info("%s: cannot send yet: %s", self.url.text, error)
        except Late:
            self._drop_sender()
        with self._state:
            self._check_open()
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise Timeout(f"{self.url.text}: nobody was there to receive it", False, True)
            if self._arrived == arrived:
                self._state.wait(min(_LOOK_S, left_s))
        self._check_open()
        return False

    def _others(self, deadline: float) -> int:
        """How many listen beside this end, which does so itself."""
        if not self._listening.is_set():
            return 0
        (numsub,) = self._connected(deadline).exchange(deadline, command(b"PUBSUB", b"NUMSUB", self._name))
        return replies.listeners(numsub) - 1

    def _publish(self, message: bytes, deadline: float) -> None:
        link = self._connected(deadline)
        with self._state:
            self._echoes[message] += 1
        said: object = None
        try:
            (said,) = link.exchange(deadline, command(b"PUBLISH", self._name, message))
        except Late as error:
            raise Timeout(f"{self.url.text}: Redis does not answer; the message may be heard yet") from error
        except Lost as error:
            self._check_open()
            raise ReplyLost(
                f"{self.url.text}: the connection was lost; the message may have been heard"
            ) from error
        finally:
            if said is None or isinstance(said, Complaint):
                self._drop_sender()
                self._is_echo(message)
        if isinstance(said, Complaint):
            raise Refused(f"{self.url.text}: {said}")

    def _connected(self, deadline: float) -> Link:
        if self._sender is None:
            link = Link(self._address, "channel")
            with self._state:
                self._check_open()
                self._sender = link  # so that `close` ends what follows
            try:
                link.connect(min(deadline, time.monotonic() + _CONNECT_S))
            except BaseException:
                self._drop_sender()
                raise
            return link
        return self._sender

    def _drop_sender(self) -> None:
        with self._state:
            link, self._sender = self._sender, None
        if link is not None:
            link.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Refused(f"{self.url.text}: this end has been closed")
        if self._failed is not None:
            raise self._failed

    def _listen(self) -> None:
        pause_s = _FIRST_TRY_S
        was_there = False
        while not self._closed:
            link = Link(self._address, "channel", self._take)
            with self._state:
                self._listener = link
            try:
                self._subscribe(link)
                if was_there:
                    log.warning("%s: connected again; what was sent meanwhile is lost", self.url.text)
                was_there, pause_s = True, _FIRST_TRY_S
                while True:
                    self._take(link.next())
            except (Lost, Late, Complaint) as error:
                if was_there and self._listening.is_set() and not self._closed:
                    log.warning(
                        "%s: the connection to Redis is lost (%s); trying again", self.url.text, error
                    )
                self._listening.clear()
                self._wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            except Refused as error:
                with self._state:
                    self._failed = error
                    self._state.notify_all()
                return
            finally:
                link.close()
        with self._sending:  # not under the hands of whoever sends
            self._drop_sender()

    def _subscribe(self, link: Link) -> None:
        deadline = time.monotonic() + _CONNECT_S
        link.connect(deadline)
        link.send(command(b"SUBSCRIBE", self._name, self._arrivals))
        try:
            for _ in range(2):
                while not isinstance(link.next(deadline), Push):
                    pass
        except Complaint as error:
            raise Refused(f"{self.url.text}: {error}") from error
        with self._state:
            self._echoes.clear()
            self._listening.set()
        link.exchange(deadline, command(b"PUBLISH", self._arrivals, self.end.encode()))

    def _take(self, item: object) -> None:
        if not isinstance(item, Push) or len(item.items) != 3 or item.items[0] != b"message":
            return
        _, channel, message = item.items
        if not isinstance(message, bytes):
            return
        with self._state:
            if channel == self._arrivals:
                self._arrived += 1
            elif self._is_echo(message):
                return
            elif self._received_bytes + len(message) > _MOST_WAITING_BYTES:
                if not self._is_dropping:
                    log.warning("%s: messages are dropped: nobody receives those that wait", self.url.text)
                self._is_dropping = True
            else:
                self._is_dropping = False
                self._received.append(message)
                self._received_bytes += len(message)
            self._state.notify_all()

    def _is_echo(self, message: bytes) -> bool:
        """Whether this end has sent it; each is expected to come back once."""
        with self._state:
            is_own = self._echoes[message] > 0
            self._echoes[message] -= 1
            if self._echoes[message] <= 0:
                del self._echoes[message]
            return is_own

    def _wait(self, pause_s: float) -> None:
        with self._state:
            if not self._closed:
                self._state.wait(pause_s)


def _seconds(deadline: float) -> float:
    """What is left of it, as a lock's methods take it."""
    return min(max(deadline - time.monotonic(), 0), threading.TIMEOUT_MAX)


_channels: weakref.WeakSet[RedisChannel] = weakref.WeakSet()


def _forget_parents() -> None:
    for channel in list(_channels):
        channel.forget()


os.register_at_fork(after_in_child=_forget_parents)
