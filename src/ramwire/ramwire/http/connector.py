"""How a client comes to a connection: by trying until a server listens."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
import time
from contextlib import suppress
from typing import Union, cast

from ramwire.connection.connecting import Interruptible
from ramwire.errors import Refused
from ramwire.http.address import Address, address_of
from ramwire.http.session import HttpSession, Manners
from ramwire.http.stream import Stream
from ramwire.http.token import token_of
from ramwire.sessions.contract import Closed, Connector, Expired
from ramwire.tcp.connected import tune
from ramwire.url import Url

_FIRST_WAIT_S = 0.01
_LONGEST_WAIT_S = 0.25
_LONGEST_POLL_MS = 1e9

Place = tuple[socket.AddressFamily, tuple[Union[str, int], ...]]


class HttpConnector(Connector):
    """See `ramwire.sessions.contract.Connector`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._address = address_of(url)
        self._manners = Manners()
        self._interruptible = Interruptible()

    def connect(self, deadline: float) -> HttpSession:
        secret = token_of(self._url)
        with self._interruptible.waker() as waker:
            wait_s = _FIRST_WAIT_S
            if self._manners.hung_up:  # it is there, and closes connections: do not knock without a pause
                self._pause(waker, _LONGEST_WAIT_S, deadline)
            while True:
                connected = self._try_all(waker, deadline)
                if connected is not None:
                    return HttpSession(Stream(connected), self._address.authority, secret, self._manners)
                self._pause(waker, wait_s, deadline)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def close(self) -> None:
        self._interruptible.close()

    def forget(self) -> None:
        self._interruptible.forget()

    def _pause(self, waker: int, wait_s: float, deadline: float) -> None:
        _wait(waker, min(time.monotonic() + wait_s, deadline))
        if time.monotonic() >= deadline:
            raise Expired(nobody=not self._manners.hung_up)

    def _try_all(self, waker: int, deadline: float) -> socket.socket | None:
        places = _places(self._address, waker, deadline)
        for number, place in enumerate(places):
            # A number that does not answer leaves time for those after it.
            left_s = max(0.0, deadline - time.monotonic()) / (len(places) - number)
            connected = _try(place, waker, time.monotonic() + left_s)
            if connected is not None:
                return connected
        return None


def _try(place: Place, waker: int, deadline: float) -> socket.socket | None:
    """A connection; None where nobody listens there."""
    family, number = place
    connecting = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        tune(connecting)
        error = connecting.connect_ex(number)
        if error == errno.EINPROGRESS and _wait(waker, deadline, connecting):
            error = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        # On a port that outgoing connections use too, one to nobody may come to be its own other end.
        if error or connecting.getsockname() == connecting.getpeername():
            connecting.close()
            return None
    except OSError:
        connecting.close()
        return None
    except BaseException:
        connecting.close()
        raise
    return connecting


def _places(address: Address, waker: int, deadline: float) -> list[Place]:
    """What a host's name stands for; nothing where that is not known yet. Raises `Refused` for no name."""
    with suppress(socket.gaierror):
        return _resolved(address, socket.AI_NUMERICHOST)
    # To look a name up may take longer than the deadline, and nothing can end it.
    found: list[Place] = []
    failed: list[OSError] = []
    done, doing = os.pipe()

    def look_up() -> None:
        try:
            found.extend(_resolved(address, 0))
        except OSError as error:
            failed.append(error)
        finally:
            os.close(doing)

    threading.Thread(target=look_up, name="ramwire-name", daemon=True).start()
    try:
        _wait(waker, deadline, done)
    finally:
        os.close(done)
    if failed and failed[0].errno != socket.EAI_AGAIN:
        raise Refused(f"{address.host} is not known: {failed[0].strerror}")
    return list(found)


def _resolved(address: Address, flags: int) -> list[Place]:
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(cast("Place", (family, number)) for family, _, _, _, number in found))


def _wait(waker: int, deadline: float, ready: socket.socket | int | None = None) -> bool:
    """Whether it became ready (a connection to write, a pipe to read) by the deadline. Raises `Closed`."""
    events = select.poll()
    events.register(waker, select.POLLIN)
    if ready is not None:
        events.register(ready, select.POLLIN if isinstance(ready, int) else select.POLLOUT)
    while True:
        left_ms = (deadline - time.monotonic()) * 1000
        happened = dict(events.poll(max(0.0, min(left_ms, _LONGEST_POLL_MS))))
        if waker in happened:
            raise Closed
        if happened or left_ms <= _LONGEST_POLL_MS:
            return bool(happened)
