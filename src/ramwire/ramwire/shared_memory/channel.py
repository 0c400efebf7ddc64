"""One end of a channel through shared memory."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Union

from ramwire.contract import ChannelWire, End
from ramwire.errors import BadMessage, NoSpace, Refused, Timeout
from ramwire.sessions.contract import Closed, Expired
from ramwire.shared_memory import page
from ramwire.shared_memory.links import Links
from ramwire.shared_memory.meeting import Guest, Host
from ramwire.shared_memory.place import FULL, path_of
from ramwire.shared_memory.turn import turn
from ramwire.url import Url


class MmapChannel(ChannelWire):
    """See `ramwire.contract.ChannelWire`. It has no options.

    The server's end needs nobody to send; the client's waits for it.
    """

    def __init__(self, url: Url, end: End) -> None:
        super().__init__(url, end)
        path = path_of(url)
        self._links = Links(path)
        self._sending, self._receiving = threading.Lock(), threading.Lock()
        self._side: Union[Host, Guest] = (Host if end == "server" else Guest)(path, self._links)
        _channels.add(self)

    def send(self, message: bytes, deadline: float) -> None:
        _check(message)
        side, links = self._side, self._links
        with self._understood("sent"), turn(self._sending, deadline):
            while not links.send(message, deadline, side.publish, side.needs_nobody):
                side.meet(deadline)

    def receive(self, deadline: float) -> bytes:
        side, links = self._side, self._links
        with self._understood("received"), turn(self._receiving, deadline):
            while True:
                message = links.receive(deadline, side.needs_nobody)
                if message is None:
                    message = side.hear(deadline)
                if message is not None:
                    return message

    def close(self) -> None:
        self._links.close()
        self._side.close()

    def forget(self) -> None:
        """In a forked child: this end is the parent's, and closed here."""
        self._sending, self._receiving = threading.Lock(), threading.Lock()
        self._links.forget()
        self._side.forget()

    @contextmanager
    def _understood(self, done: str) -> Iterator[None]:
        """What goes wrong below, as a user understands it."""
        try:
            yield
        except Closed:
            raise Refused(f"{self.url.text}: this end has been closed") from None
        except Expired as error:
            why = "the other end is not there" if error.nobody else "the other end is busy or silent"
            raise Timeout(
                f"{self.url.text}: nothing was {done} in time: {why}", False, error.nobody
            ) from None
        except OSError as error:
            if error.errno in FULL:
                raise NoSpace(f"{self.url.text}: the drive has no room for the page; make some") from error
            raise Refused(f"{self.url.text}: the system does not let it: {error}") from error


def _check(message: bytes) -> None:
    if b"\n" in message:
        raise BadMessage("a message on this wire is one line: it may have no newline in it")
    if len(message) > page.LONGEST_BYTES:
        raise BadMessage(
            f"the message has {len(message)} bytes; {page.LONGEST_BYTES} and a newline are what a page holds"
        )


_channels: weakref.WeakSet[MmapChannel] = weakref.WeakSet()


def _forget_parents() -> None:
    for channel in list(_channels):
        channel.forget()


os.register_at_fork(after_in_child=_forget_parents)
