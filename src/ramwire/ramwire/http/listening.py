"""The sockets on which a server listens: one for each number that its host's name stands for."""

from __future__ import annotations

import errno
import socket

from ramwire import ports
from ramwire.errors import Refused
from ramwire.http import token
from ramwire.http.address import Address, is_loopback
from ramwire.url import Url

_BACKLOG = 128
_NOT_HERE = frozenset((errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT))
"""A name may have numbers of a family that this machine lacks."""

Place = tuple[socket.AddressFamily, tuple[object, ...]]


def listen(url: Url, address: Address, may_be_far: bool) -> list[socket.socket]:
    """Take the address. Raises `Refused` where another has it, or where it is far and may not be."""
    places = _places(url, address)
    if not may_be_far and not all(is_loopback(str(number[0])) for _, number in places):
        raise Refused(
            f"{url.text}: beyond loopback a server needs a token: {token.VARIABLE} or ?tokenfile=FILE"
        )
    listeners: list[socket.socket] = []
    missing: OSError | None = None
    try:
        for place in places:
            try:
                listeners.append(_bound(place))
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                missing = error
        if missing is not None and not listeners:
            raise missing
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise _refused(url, address, error) from error
    return listeners


def _places(url: Url, address: Address) -> list[Place]:
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise Refused(f"{url.text}: {address.host} is not known: {error.strerror}") from error
    return list(dict.fromkeys((family, number) for family, _, _, _, number in found))


def _bound(place: Place) -> socket.socket:
    family, number = place
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A server that was killed leaves connections behind that hold the port for a minute.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(number)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def _refused(url: Url, address: Address, error: OSError) -> Refused:
    if error.errno != errno.EADDRINUSE:
        return Refused(f"{url.text} cannot be served: {error.strerror}")
    pid = ports.holder_of(address.port)
    holder = f"process {pid}" if pid else "a process that cannot be seen from here"
    return Refused(f"{url.text} is served already, by {holder}: stop that one first")
