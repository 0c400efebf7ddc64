"""How a client of the `tcp:` wire comes to a session."""

from __future__ import annotations

import select
import socket
import time

from ramwire.connection import key
from ramwire.connection.calling import LiteralSession, StreamSession
from ramwire.connection.connecting import Interruptible
from ramwire.connection.stream import Stream
from ramwire.errors import Refused
from ramwire.sessions.contract import ClientSession, Connector, Expired, Gone
from ramwire.tcp import address
from ramwire.tcp.address import Target
from ramwire.tcp.connected import tune
from ramwire.url import Url

_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.5
"""No event tells that somebody listens on another machine: a call that waits asks again."""

_LONGEST_POLL_MS = 1e9


class TcpConnector(Connector):
    """See `ramwire.sessions.contract.Connector`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._address = address.parse(url)
        self._under_way = Interruptible()

    def connect(self, deadline: float) -> ClientSession:
        shared = key_of(self._url)
        seen = False
        pause_s = _FIRST_PAUSE_S
        with self._under_way.waker() as waker:
            try:
                while True:
                    connected = self._connected(waker, deadline)
                    if connected is not None:
                        seen = True
                        try:
                            return self._session(Stream(connected, brisk=True), shared, deadline)
                        except Gone:
                            pass  # it died, or takes no more
                    _wait(waker, -1, 0, min(deadline, time.monotonic() + pause_s))
                    self._under_way.check()
                    if time.monotonic() >= deadline:
                        raise Expired
                    pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            except Expired:
                raise Expired(nobody=not seen) from None

    def _session(self, stream: Stream, shared: bytes, deadline: float) -> ClientSession:
        ours = self._under_way.shake_hands(self._url, stream, shared, deadline)
        return StreamSession(stream) if ours else LiteralSession(stream)

    def _connected(self, waker: int, deadline: float) -> socket.socket | None:
        """A connection to the first address that takes one; None where none does."""
        self._under_way.check()
        targets = address.resolve(self._address, deadline, waker)
        for number, target in enumerate(targets):
            # One that does not answer leaves time for those after it.
            now = time.monotonic()
            connected = self._try(target, waker, now + (deadline - now) / (len(targets) - number))
            if connected is not None:
                return connected
        return None

    def _try(self, target: Target, waker: int, end: float) -> socket.socket | None:
        family, where = target
        connecting = socket.socket(family, socket.SOCK_STREAM)
        try:
            connecting.setblocking(False)
            tune(connecting)
            try:
                connecting.connect(where)
            except BlockingIOError:
                _wait(waker, connecting.fileno(), select.POLLOUT, end)
                self._under_way.check()
                if time.monotonic() >= end:
                    connecting.close()
                    return None
            if connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or _is_itself(connecting):
                connecting.close()
                return None
        except PermissionError:
            connecting.close()
            raise
        except OSError:
            connecting.close()
            return None
        except BaseException:
            connecting.close()
            raise
        return connecting

    def close(self) -> None:
        self._under_way.close()

    def forget(self) -> None:
        self._under_way.forget()


def key_of(url: Url) -> bytes:
    """Raises `Refused` where no key is given: whoever reaches the port could call."""
    given = key.given(url)
    if given is None:
        raise Refused(f"{url.text}: this wire needs a key at both ends, by ?keyfile=FILE or RAMWIRE_AUTHKEY")
    return given


def _is_itself(connected: socket.socket) -> bool:
    """A port of the range that clients get theirs from, where nobody listens, can be connected to itself."""
    return bool(connected.getsockname() == connected.getpeername())


def _wait(waker: int, fd: int, events: int, end: float) -> None:
    ready = select.poll()
    ready.register(waker, select.POLLIN)
    if fd >= 0:
        ready.register(fd, events)
    left_ms = max(0.0, (end - time.monotonic()) * 1000)
    ready.poll(min(left_ms, _LONGEST_POLL_MS))
