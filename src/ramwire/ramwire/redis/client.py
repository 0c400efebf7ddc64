"""The client's end of the `redis:` wire: a mailbox for each request under way, kept for the next."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import ClientWire, Moment, _nothing
from ramwire.errors import BadMessage, Refused, ReplyLost, Timeout
from ramwire.line import HELLO
from ramwire.redis import values
from ramwire.redis.address import OPTIONS, read
from ramwire.redis.entries import ERROR, JSON, LATER, PICKLE, TAKEN, Reply
from ramwire.redis.keys import Keys
from ramwire.redis.link import Late, Lost, command
from ramwire.redis.mailbox import Mailbox, NotTaken, Passing
from ramwire.remote import read_error
from ramwire.url import Url

_FIRST_TRY_S = 0.05
_LAST_TRY_S = 0.5
_CLEAN_UP_S = 0.5


class RedisClient(ClientWire):
    """See `ramwire.contract.ClientWire`."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url) -> None:
        super().__init__(url)
        self._address = read(url)
        self._keys = Keys(self._address.service)
        self._closed = threading.Event()
        self._begin()
        _clients.add(self)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Mailbox] = []
        self._busy: set[Mailbox] = set()

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        reply = self._ask(b"line", line, deadline, {LATER: deferred})
        if reply.kind in (JSON, PICKLE):
            try:
                return values.read(reply.kind, reply.body)
            except BadMessage as error:
                raise BadMessage(f"{self.url.text}: {error}") from error
        if reply.kind == ERROR:
            raise read_error(reply.body)
        return None

    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        self._ask(b"note", line, deadline, {TAKEN: taken})

    def ping(self, deadline: float) -> None:
        self._ask(b"line", HELLO, deadline, {})

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        unanswered = [mailbox.request for mailbox in busy if mailbox.request]
        for mailbox in busy:
            mailbox.shut()
        last = [command(b"DEL", *(mailbox.reply_key for mailbox in busy))] if busy else []
        if unanswered:
            last.append(command(b"XDEL", self._keys.requests, *unanswered))
        if last and not idle:
            idle = self._for_cleaning()
        for mailbox in idle:
            mailbox.close(*last)
            last = []

    def forget(self) -> None:
        """In a forked child, which has connections of its own."""
        with_parent = [*self._idle, *self._busy]
        self._begin()
        for mailbox in with_parent:
            mailbox.forget()

    def _ask(self, field: bytes, line: bytes, deadline: float, passing: Passing) -> Reply:
        while True:
            mailbox = self._mailbox(deadline)
            try:
                return mailbox.ask(field, line, deadline, passing)
            except NotTaken:
                continue
            except Lost as error:
                self._check_open()
                text = f"{self.url.text}: the connection was lost meanwhile ({error}); it may have run"
                raise ReplyLost(text) from error
            finally:
                self._give_back(mailbox)

    def _mailbox(self, deadline: float) -> Mailbox:
        """One that nobody uses, or a new one."""
        while True:
            with self._lock:
                self._check_open()
                mailbox = self._idle.pop() if self._idle else None
                if mailbox is not None:
                    self._busy.add(mailbox)
            if mailbox is None:
                return self._new(deadline)
            if not mailbox.is_stale():
                return mailbox
            mailbox.is_usable = False
            self._give_back(mailbox)

    def _new(self, deadline: float) -> Mailbox:
        pause_s = _FIRST_TRY_S
        while True:
            mailbox = Mailbox(self._address, self._keys)
            with self._lock:
                self._check_open()
                self._busy.add(mailbox)
            try:
                mailbox.open(deadline)
            except (Lost, Late) as error:
                self._give_back(mailbox)
                left_s = deadline - time.monotonic()
                if left_s <= pause_s:
                    raise Timeout(
                        f"{self._address.place} cannot be reached ({error}); it was not sent", False, True
                    ) from error
                self._closed.wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            except BaseException:
                self._give_back(mailbox)
                raise
            else:
                return mailbox

    def _give_back(self, mailbox: Mailbox) -> None:
        with self._lock:
            self._busy.discard(mailbox)
            if mailbox.is_usable and not self._closed.is_set():
                self._idle.append(mailbox)
                return
        mailbox.close()

    def _for_cleaning(self) -> list[Mailbox]:
        mailbox = Mailbox(self._address, self._keys)
        try:
            mailbox.open(time.monotonic() + _CLEAN_UP_S)
        except (Lost, Late, Refused):
            return []  # then Redis forgets by itself, in a minute
        return [mailbox]

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise Refused(f"{self.url.text}: the client has been closed")


_clients: weakref.WeakSet[RedisClient] = weakref.WeakSet()


def _forget_parents() -> None:
    for client in list(_clients):
        client.forget()


os.register_at_fork(after_in_child=_forget_parents)
