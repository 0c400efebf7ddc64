"""The channel over a `fifo:` address."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from typing import ClassVar

from ramwire.contract import ChannelWire, End
from ramwire.errors import BadMessage, Refused, Timeout
from ramwire.fifo.framings import framing_of
from ramwire.fifo.options import OPTIONS
from ramwire.fifo.pair import ClientPair, Pair, server_pair
from ramwire.fifo.place import folder_of
from ramwire.fifo.shut import Late, Shut
from ramwire.url import Url


class FifoChannel(ChannelWire):
    """See `ramwire.contract.ChannelWire`. The FIFOs are there as soon as one of the ends is."""

    options: ClassVar[Mapping[str, str]] = OPTIONS

    def __init__(self, url: Url, end: End) -> None:
        super().__init__(url, end)
        path, framing = folder_of(url), framing_of(url)
        try:
            self._pair: Pair = server_pair(path, framing) if end == "server" else ClientPair(path, framing)
        except OSError as error:
            raise Refused(f"{url.text}: the system does not let it: {error}") from error
        _channels.add(self)

    def send(self, message: bytes, deadline: float) -> None:
        try:
            self._pair.send(message, deadline)
        except Shut:
            raise self._closed() from None
        except Late as late:
            raise self._late(late) from None
        except BadMessage as error:
            raise BadMessage(f"{self.url.text}: {error}") from None
        except OSError as error:
            raise Refused(f"{self.url.text}: the system does not let it: {error}") from error

    def receive(self, deadline: float) -> bytes:
        try:
            message = self._pair.inlet.take(deadline)
        except Shut:
            raise self._closed() from None
        except OSError as error:
            raise Refused(f"{self.url.text}: the system does not let it: {error}") from error
        if message is None:
            raise Timeout(f"{self.url.text}: no message came in time", False)
        return message

    def close(self) -> None:
        self._pair.close()

    def forget(self) -> None:
        """In a forked child: leave the FIFOs to the parent."""
        self._pair.forget()

    def _closed(self) -> Refused:
        return Refused(f"{self.url.text}: this end of the channel has been closed")

    def _late(self, late: Late) -> Timeout:
        if late.begun:
            what = "the other end did not read all of the message in time; the rest follows when it reads on"
        elif late.nobody:
            what = "nobody reads at the other end; the message was not sent"
        else:
            what = "the other end did not read in time; the message was not sent"
        return Timeout(f"{self.url.text}: {what}", late.begun, late.nobody)


_channels: weakref.WeakSet[FifoChannel] = weakref.WeakSet()


def _forget_parents() -> None:
    for channel in list(_channels):
        channel.forget()


os.register_at_fork(after_in_child=_forget_parents)
