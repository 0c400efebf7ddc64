"""Frames over a connected socket: four bytes of length, the highest first, then so many bytes."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from contextlib import suppress

from ramwire.errors import BadMessage
from ramwire.patience import set_patience
from ramwire.sessions.contract import Closed, Expired, Gone

NEVER = float("inf")

_LENGTH = struct.Struct("!i")
_READ_BYTES = 1 << 16
_LARGE_READ_BYTES = 1 << 18
_SHORT_BYTES = 1 << 14
_ROOM_BYTES = 1 << 20
"""Wanted between the two ends: a large answer that fits costs few changes of context. The system may give
less.
"""

_NOW = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL

_BRISK_S = 0.02
"""An answer that comes sooner costs a `recv`, and no `poll` before it."""

_LONGEST_POLL_MS = 1e9
"""poll() takes a C int."""

_monotonic = time.monotonic


class Stream:
    """One end of a connection. One thread at a time sends, one receives; `interrupt` may come from any.

    Every method raises `Gone` when the other end has closed or died, and `Closed` after `interrupt`.
    """

    def __init__(self, connected: socket.socket, brisk: bool = False) -> None:
        """`brisk` for an end that mostly waits for what comes soon: answers, and not requests."""
        connected.setblocking(True)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM_BYTES)
        self._brisk = brisk and set_patience(connected, socket.SO_RCVTIMEO, _BRISK_S)
        self.socket = connected
        self.interrupted = False
        self.reads_ahead = False
        """Whether more than one frame may be read at once. Not before a descriptor that comes between two
        frames.
        """
        self._lock = threading.RLock()  # a signal's handler may interrupt what is being interrupted
        self._rest = b""
        self._hangup: select.poll | None = None

    def send(self, payload: bytes, deadline: float) -> None:
        """Send one frame whole, or raise `Expired`: then it may have been sent in part."""
        if len(payload) > _SHORT_BYTES:
            rest = self._begin(payload, deadline)
        else:
            data = _LENGTH.pack(len(payload)) + payload
            sent = self._send_some(data)
            if sent == len(data):
                return
            rest = memoryview(data)[sent:]
        while rest:
            self.wait(select.POLLOUT, deadline)
            rest = rest[self._send_some(rest) :]

    def _begin(self, payload: bytes, deadline: float) -> memoryview:
        """Send the head and what there is room for, without a copy of it all; gives the rest."""
        head = _LENGTH.pack(len(payload))
        while True:
            try:
                sent = self.socket.sendmsg((head, payload), (), _NOW)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise self._ended() from error
            if sent >= len(head):
                return memoryview(payload)[sent - len(head) :]
            head = head[sent:]
            self.wait(select.POLLOUT, deadline)

    def _send_some(self, data: bytes | memoryview) -> int:
        try:
            return self.socket.send(data, _NOW)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._ended() from error

    def receive(self, most_bytes: int, deadline: float = NEVER) -> bytes:
        """The next frame's content. Raises `Expired`, and `BadMessage` where it would be longer than
        allowed.
        """
        data = self._rest or self._some(_READ_BYTES if self.reads_ahead else _LENGTH.size, deadline)
        while len(data) < _LENGTH.size:
            data += self._some(_LENGTH.size - len(data), deadline)
        (size,) = _LENGTH.unpack_from(data)
        if not 0 <= size <= most_bytes:
            raise BadMessage(f"a frame of {size} bytes, where {most_bytes} are the most")
        end = _LENGTH.size + size
        if len(data) == end:
            self._rest = b""
            return data[_LENGTH.size :]
        if len(data) < end:
            self._rest = b""
            return self._large(data[_LENGTH.size :], size, deadline)
        self._rest = data[end:]
        return data[_LENGTH.size : end]

    def _large(self, data: bytes, size: int, deadline: float) -> bytes:
        parts, missing = [data], size - len(data)
        while missing:
            parts.append(self._some(min(missing, _LARGE_READ_BYTES), deadline))
            missing -= len(parts[-1])
        return b"".join(parts)

    def _some(self, most_bytes: int, deadline: float) -> bytes:
        # To wait in `recv` is the quickest; where one may not wait there for ever, a brisk one gives up by
        # itself.
        waits = deadline == NEVER or (self._brisk and _monotonic() + _BRISK_S < deadline)
        flags = 0 if waits else _NOW
        while True:
            try:
                data = self.socket.recv(most_bytes, flags)
            except BlockingIOError:
                self.wait(select.POLLIN, deadline)
                flags = _NOW
                continue
            except OSError as error:
                raise self._ended() from error
            if not data:
                raise self._ended()
            return data

    def wait(self, events: int, deadline: float) -> None:
        """Until poll() has one of the events for the socket, or the other end is gone. Raises `Expired`."""
        if self.interrupted:
            raise Closed
        ready = select.poll()
        ready.register(self.socket, events)
        while True:
            left_ms = (deadline - _monotonic()) * 1000
            if left_ms <= 0:
                raise Expired
            if ready.poll(min(left_ms, _LONGEST_POLL_MS)):
                return

    def _ended(self) -> Exception:
        return Closed() if self.interrupted else Gone()

    def is_alive(self) -> bool:
        """Whether the other end has neither died nor closed, as far as one knows here."""
        if self._hangup is None:
            self._hangup = select.poll()
            self._hangup.register(self.socket, select.POLLRDHUP)
        return not self._hangup.poll(0)

    def interrupt(self) -> None:
        """From any thread, also after `close`: end this connection for both ends."""
        self.interrupted = True
        with self._lock, suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            self.socket.close()

    def forget(self) -> None:
        """In a forked child: close the descriptor, and not the connection."""
        with suppress(OSError):
            os.close(self.socket.detach())
