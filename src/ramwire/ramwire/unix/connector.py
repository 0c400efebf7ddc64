"""How a client of the `unix:` wire comes to a session."""

from __future__ import annotations

import socket

from ramwire.connection import key
from ramwire.connection.calling import LiteralSession
from ramwire.connection.connecting import Interruptible
from ramwire.connection.stream import NEVER, Stream
from ramwire.errors import Refused
from ramwire.sessions.contract import ClientSession, Connector, Expired, Gone
from ramwire.unix.place import Place
from ramwire.unix.request_pipe import Outgoing
from ramwire.unix.session import UnixSession
from ramwire.url import Url

_FIRST_PAUSE_S = 0.002
_LAST_PAUSE_S = 0.25


class UnixConnector(Connector):
    """See `ramwire.sessions.contract.Connector`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._place = Place(url)
        self._under_way = Interruptible()

    def connect(self, deadline: float) -> ClientSession:
        attempt = _Attempt(self._url, self._place, self._under_way)
        session = attempt.make(deadline)
        if session is None:
            with self._under_way.waker() as waker:
                session = attempt.wait(waker, deadline)
        return session

    def close(self) -> None:
        self._under_way.close()

    def forget(self) -> None:
        self._under_way.forget()


class _Attempt:
    """One call of `connect`: it may try several times."""

    def __init__(self, url: Url, place: Place, under_way: Interruptible) -> None:
        self._url = url
        self._place = place
        self._under_way = under_way
        self._seen = False
        self._pause_s = NEVER

    def wait(self, waker: int, deadline: float) -> ClientSession:
        """Try whenever something has changed in the folder."""
        from ramwire.unix.waiting import Waiting  # noqa: PLC0415 - where a server is there it is not needed

        while True:
            waiting = Waiting(self._place, waker)  # before trying, so that no change is missed
            try:
                session = self.make(deadline)
                if session is not None:
                    return session
                try:
                    waiting.wait(deadline, self._pause_s)
                except Expired:
                    raise Expired(nobody=not self._seen) from None
                self._under_way.check()
            finally:
                waiting.close()

    def make(self, deadline: float) -> ClientSession | None:
        """A session, or None where no server lets one in yet."""
        connected = self._connected()
        if connected is None:
            return None
        self._seen = True
        try:
            return self._session(Stream(connected, brisk=True), deadline)
        except Gone:
            self._pause()
            return None

    def _session(self, stream: Stream, deadline: float) -> ClientSession:
        try:
            shared = key.given(self._url) or key.read(self._place.key)
        except Refused:
            stream.close()
            raise
        if not self._under_way.shake_hands(self._url, stream, shared, deadline):
            return LiteralSession(stream)
        try:
            requests = Outgoing()
        except BaseException:
            stream.close()
            raise
        try:
            requests.pass_on(stream.socket)
        except OSError as error:
            requests.close()
            stream.close()
            raise Gone from error
        return UnixSession(stream, requests)

    def _connected(self) -> socket.socket | None:
        self._under_way.check()
        if not self._place.has_socket():
            self._pause_s = NEVER
            return None
        connecting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connecting.setblocking(False)
            with self._place.address() as address:
                connecting.connect(address)
        except FileNotFoundError:
            self._pause_s = NEVER
        except ConnectionRefusedError:
            # Its server is dead; or it is no server of ours, and has not begun to listen, which no event
            # tells.
            self._pause()
            if self._pause_s == _LAST_PAUSE_S:
                self._pause_s = NEVER
        except BlockingIOError:
            self._seen = True  # more wait to be let in than it takes
            self._pause()
        except BaseException:
            connecting.close()
            raise
        else:
            return connecting
        connecting.close()
        return None

    def _pause(self) -> None:
        self._pause_s = _FIRST_PAUSE_S if self._pause_s == NEVER else min(2 * self._pause_s, _LAST_PAUSE_S)
