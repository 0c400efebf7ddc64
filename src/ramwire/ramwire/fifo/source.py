"""A FIFO that is read from: bytes into messages, whatever its writers leave unfinished."""

from __future__ import annotations

import os
from contextlib import suppress

from ramwire.fifo.fifos import Fifo
from ramwire.fifo.framings.contract import Decoder

READ_BYTES = 1 << 16


class Source:
    """Opened at once, so that writers find a reader."""

    def __init__(self, fifo: Fifo, decoder: Decoder) -> None:
        """Takes the FIFO over. Raises OSError."""
        self._fifo = fifo
        self.shown = fifo.shown
        self.decoder = decoder
        self.abandoned = False
        """Its name means another FIFO by now: it ends with its writers."""
        self.over = False
        try:
            self.fd = fifo.reader()
        except BaseException:
            fifo.close()
            raise

    def is_at(self, name: bytes, folder: int) -> bool:
        """Whether the name still means this FIFO."""
        return self._fifo.is_at(name, folder)

    def read(self) -> list[bytes] | None:
        """The messages that are whole now; None where the FIFO is empty. `over` is True when nothing more can
        come. Raises OSError where it cannot be used any more.
        """
        try:
            data = os.read(self.fd, READ_BYTES)
        except BlockingIOError:
            self.decoder.drained()
            return None
        if data:
            messages = self.decoder.feed(data)
            if len(data) < READ_BYTES:
                self.decoder.drained()
            return messages
        self.decoder.ended()
        if self.abandoned:
            self.over = True
        else:
            self._reopen()
        return None

    def _reopen(self) -> None:
        """A descriptor whose writers have gone is readable for ever; a fresh one waits for the next."""
        try:
            fd = self._fifo.reader()  # before the other is closed, so that no writer finds nobody
        except OSError:
            self._close_end()
            fd = self._fifo.reader()
        else:
            self._close_end()
        self.fd = fd

    def _close_end(self) -> None:
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def close(self) -> None:
        with suppress(OSError):
            self._close_end()
        self._fifo.close()
