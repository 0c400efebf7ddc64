"""A server's sign at Redis: that it is there, and which of those that share a name hears what is published on
it.

The sign is a connection that listens on the server's own channel: Redis knows at once when the process
ends. Beside it a record with a time to live says who it is. One of the servers that share a name, the
listener, listens on the channel NAME too, so that a notice there is run once. When it ends, another takes
over: at once if it said so, else when a client finds it dead or at the next renewal.
"""

from __future__ import annotations

import time
from collections import deque

from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.redis import replies
from ramwire.redis.crew import make_group
from ramwire.redis.desk import Desk
from ramwire.redis.entries import GONE
from ramwire.redis.link import Complaint, Late, Link, Lost, Push, command
from ramwire.redis.mailbox import REQUESTS_KEPT_MS
from ramwire.redis.notices import Notices
from ramwire.redis.presence import record

log = Journal(__name__)

_CONNECT_S = 5.0
_LISTENER_KEPT_MS = b"86400000"  # it is the connection that tells whether the listener is there
_FIRST_TRY_S = 0.05
_LAST_TRY_S = 1.0


class Sign:
    """One thread uses it; `shut` may be called by any."""

    def __init__(self, desk: Desk, notices: Notices) -> None:
        self._desk = desk
        self._notices = notices
        self._link: Link | None = None
        self._unheard: deque[Push] = deque()
        self._since_s = time.time()
        self._renew_at = 0.0
        self._is_listener = False

    def open(self) -> None:
        """Raises `Refused`, `Lost`, `Late`."""
        link = self._link = Link(self._desk.address, "sign", self._unheard.append)
        self._is_listener = False
        link.connect(time.monotonic() + _CONNECT_S)
        keys = self._desk.keys
        link.send(command(b"SUBSCRIBE", keys.server(self._desk.token), keys.servers))
        try:
            while not isinstance(link.next(time.monotonic() + _CONNECT_S), Push):
                pass
        except Complaint as error:
            raise Refused(f"{self._desk.address.shown}: {error}") from error
        (made,) = self._exchange(make_group(self._desk))
        if isinstance(made, Complaint) and made.code != "BUSYGROUP":
            raise Refused(f"{self._desk.address.shown}: {made}")
        self._renew()

    def watch(self) -> None:
        """Until the server is stopped: renew, listen, and hang it out again where the connection is lost."""
        while not self._desk.stopped.is_set():
            try:
                self._watch_once()
            except Lost as error:
                if not self._desk.stopped.is_set():
                    self._reopen(error)

    def shut(self) -> None:
        if self._link is not None:
            self._link.shut()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()

    forget = close

    def _watch_once(self) -> None:
        link = self._link
        if link is None:
            raise Lost("there was none")
        try:
            while self._unheard:
                self._hear(self._unheard.popleft())
            item = link.next(self._renew_at)
            if isinstance(item, Push):
                self._hear(item)
        except Complaint as error:
            raise Lost(str(error)) from error
        except Late:
            self._renew()

    def _hear(self, push: Push) -> None:
        if len(push.items) != 3 or push.items[0] != b"message":
            return  # a subscription is confirmed
        _, channel, message = push.items
        if channel == self._desk.keys.servers:
            self._take_over()
        elif channel == self._desk.keys.notices and isinstance(message, bytes):
            self._notices.put(message)

    def _renew(self) -> None:
        desk, keys = self._desk, self._desk.keys
        ttl_s = desk.address.ttl_s
        self._renew_at = time.monotonic() + ttl_s / 2
        told = record(desk.address.service, desk.token, self._since_s)
        # All at once: each time that it waits is a wake-up more.
        said, _, listener, _ = self._exchange(
            command(b"SET", keys.server(desk.token), told, b"PX", b"%d" % int(ttl_s * 1000)),
            command(b"PEXPIRE", keys.requests, REQUESTS_KEPT_MS),
            command(b"GET", keys.listener),
            command(b"PEXPIRE", keys.listener, _LISTENER_KEPT_MS),
        )
        if isinstance(said, Complaint):
            log.warning("%s: nobody can see that this server is there: %s", desk.address.shown, said)
        if not self._is_listener or listener != desk.token:
            self._take_over()
        self._leave_orphans()

    def _take_over(self) -> None:
        """Become the listener where there is none."""
        keys, token = self._desk.keys, self._desk.token
        kept = (b"PX", _LISTENER_KEPT_MS)
        if self._is_listener:
            (held,) = self._exchange(command(b"GET", keys.listener))
            if held == token:
                return
            if held is not None:
                self._is_listener = False
                self._tell(b"UNSUBSCRIBE")
                return
        (listening,) = self._exchange(command(b"PUBSUB", b"NUMSUB", keys.listener))
        if replies.listeners(listening) > self._is_listener:
            return  # it is there, though Redis may have lost its key
        (took,) = self._exchange(command(b"SET", keys.listener, token, b"NX", *kept))
        if took is None:
            took = self._replace_listener(kept)
        if took is not None and not isinstance(took, Complaint) and not self._is_listener:
            self._is_listener = True
            self._tell(b"SUBSCRIBE")

    def _replace_listener(self, kept: tuple[bytes, ...]) -> object:
        """None where the one that is there lives, or where another was quicker."""
        keys, token = self._desk.keys, self._desk.token
        _, held = self._exchange(command(b"WATCH", keys.listener), command(b"GET", keys.listener))
        if isinstance(held, bytes) and held != token:
            (alive,) = self._exchange(command(b"PUBSUB", b"NUMSUB", keys.server(held)))
            if replies.listeners(alive):
                self._exchange(command(b"UNWATCH"))
                return None
        *_, done = self._exchange(
            command(b"MULTI"), command(b"SET", keys.listener, token, *kept), command(b"EXEC")
        )
        return done

    def _tell(self, verb: bytes) -> None:
        """Its confirmation is a push, and heard like any."""
        assert self._link is not None  # noqa: S101 - who listens has a connection
        self._link.send(command(verb, self._desk.keys.notices, self._desk.keys.listener))

    def _leave_orphans(self) -> None:
        """Give up answers for which nobody waits any more."""
        waiting = [later for later in self._desk.deferred() if later.request.is_waited_for]
        if not waiting:
            return
        keys = self._desk.keys
        asked = [command(b"PUBSUB", b"NUMSUB", keys.reply(later.request.token)) for later in waiting]
        for later, listening in zip(waiting, self._exchange(*asked)):
            if not replies.listeners(listening):
                later.future.cancel()
                self._desk.end(later.request)
                self._exchange(*self._desk.closing(later.request, GONE, b"1"))

    def _reopen(self, reason: Lost) -> None:
        shown = self._desk.address.shown
        log.warning("%s is not served: the connection to Redis is lost (%s); trying again", shown, reason)
        pause_s = _FIRST_TRY_S
        while not self._desk.stopped.is_set():
            self.close()
            try:
                self.open()
            except (Lost, Late, Refused) as error:
                if isinstance(error, Refused) and pause_s == _LAST_TRY_S:
                    log.info("%s cannot be served yet: %s", shown, error)
                self._desk.stopped.wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            else:
                log.warning("%s is served again", shown)
                return

    def _exchange(self, *commands: bytes) -> list[object]:
        if self._link is None:
            raise Lost("there is no connection")
        try:
            return self._link.exchange(time.monotonic() + _CONNECT_S, *commands)
        except Late as error:
            raise Lost("Redis does not answer") from error
