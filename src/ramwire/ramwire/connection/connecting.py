"""What a client does while it connects, so that another thread can end it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ramwire.connection.stream import Stream
from ramwire.sessions.contract import Closed


class Interruptible:
    """The connections that are being made, and the waits for a server: `close` ends them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        self._wakers: set[int] = set()
        self.closed = False

    def check(self) -> None:
        if self.closed:
            raise Closed

    @contextmanager
    def waker(self) -> Iterator[int]:
        """A descriptor that becomes readable at `close`. Raises OSError where there is none left."""
        reader, writer = os.pipe()
        try:
            with self._lock:
                self.check()
                self._wakers.add(writer)
            yield reader
        finally:
            with self._lock:
                self._wakers.discard(writer)
                os.close(reader)
                os.close(writer)

    @contextmanager
    def handshake(self, stream: Stream) -> Iterator[None]:
        """Let `close` interrupt the stream meanwhile; it is closed where the handshake fails."""
        try:
            with self._lock:
                self.check()
                self._streams.add(stream)
            yield
        except BaseException:
            stream.close()
            raise
        finally:
            with self._lock:
                self._streams.discard(stream)

    def close(self) -> None:
        with self._lock:
            self.closed = True
            for stream in self._streams:
                stream.interrupt()
            for writer in self._wakers:
                with suppress(OSError):
                    os.write(writer, b"x")
