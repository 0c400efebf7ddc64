"""What a client does to come to a session, so that another thread can end it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ramwire.connection import handshake
from ramwire.connection.stream import Stream
from ramwire.errors import BadMessage, Refused
from ramwire.sessions.contract import Closed
from ramwire.url import Url


class Interruptible:
    """The connections that are being made, and the waits for a server: `close` ends them all."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may call `close` at any moment
        self._streams: set[Stream] = set()
        self._wakers: set[tuple[int, int]] = set()
        self.closed = False

    def check(self) -> None:
        if self.closed:
            raise Closed

    @contextmanager
    def waker(self) -> Iterator[int]:
        """A descriptor that becomes readable at `close`. Raises OSError where there is none left."""
        ends = os.pipe()
        try:
            with self._lock:
                self._wakers.add(ends)
                self.check()
            yield ends[0]
        finally:
            with self._lock:
                if ends in self._wakers:  # else this is a forked child
                    self._wakers.discard(ends)
                    _close(ends)

    def shake_hands(self, url: Url, stream: Stream, key: bytes, deadline: float) -> bool:
        """Whether the server is ours. Raises `Refused` in a user's words, and what a stream raises; then the
        stream is closed.
        """
        try:
            with self._guarded(stream):
                ours = handshake.as_caller(stream, key, deadline)
        except handshake.WrongKey as error:
            raise Refused(
                f"{url.text}: the server has another key; give both ends the same, "
                "by ?keyfile=FILE or RAMWIRE_AUTHKEY"
            ) from error
        except BadMessage as error:
            raise Refused(f"{url.text}: what answers there is no server of this wire: {error}") from error
        stream.reads_ahead = True
        return ours

    @contextmanager
    def _guarded(self, stream: Stream) -> Iterator[None]:
        """Let `close` interrupt the stream meanwhile."""
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

    def forget(self) -> None:
        """In a forked child: close the descriptors alone, and be as new. Held open here, they would hide from
        the other end that the parent has died.
        """
        for stream in self._streams:
            stream.forget()
        for ends in self._wakers:
            _close(ends)
        self._reset()

    def close(self) -> None:
        with self._lock:
            self.closed = True
            for stream in list(self._streams):
                stream.interrupt()
            for _, writer in list(self._wakers):
                with suppress(OSError):
                    os.write(writer, b"x")


def _close(fds: tuple[int, int]) -> None:
    for fd in fds:
        os.close(fd)
