"""Host and port: `tcp:HOST:PORT`, an IPv6 address in brackets."""

from __future__ import annotations

import errno
import ipaddress
import os
import select
import socket
import threading
import time
from typing import Callable, NamedTuple, cast

from ramwire.errors import Refused
from ramwire.sessions.contract import Expired
from ramwire.url import Url

Target = tuple[socket.AddressFamily, tuple[str, int]]
"""What a socket is made of, and connected to."""

_LONGEST_POLL_MS = 1e9


class Address(NamedTuple):
    """`host` is a name or an address without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_number(self) -> bool:
        """Whether the host need not be looked up."""
        return _number(self.host) is not None

    @property
    def is_loopback(self) -> bool:
        """Whether what is sent there never leaves the machine."""
        number = _number(self.host)
        return number.is_loopback if number is not None else self.host == "localhost"


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def parse(url: Url) -> Address:
    """Raises `Refused` for what is no host and port."""
    host, colon, port = url.rest.rpartition(":")
    inner = host[1:-1] if host[:1] == "[" and host[-1:] == "]" else host
    # A port's digits are ASCII: other scripts' digits are int() as well.
    right = port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536
    if not colon or not inner or not right or (":" in host) != (inner != host):
        raise Refused(
            f"{url.text}: its address is tcp:HOST:PORT or tcp:[IPv6]:PORT, the port from 1 to 65535"
        )
    return Address(inner, int(port))


def resolve(address: Address, deadline: float, waker: int | None = None) -> list[Target]:
    """All addresses of the host; none where it is not known, or where `waker` became readable meanwhile. A
    name is looked up in a thread of its own, because that knows no deadline. Raises `Expired`, OSError.
    """
    if address.is_number:
        return _look_up(address)
    found: list[Target] = []
    done, doing = os.pipe()

    def look_up() -> None:
        try:
            found.extend(_look_up(address))
        finally:
            os.close(doing)

    try:
        _start(look_up, doing)
        if not _ends(done, waker, deadline):
            raise Expired(nobody=True)
    finally:
        os.close(done)
    return list(found)


def _start(look_up: Callable[[], None], doing: int) -> None:
    try:
        threading.Thread(target=look_up, name="ramwire-resolver", daemon=True).start()
    except RuntimeError as error:
        os.close(doing)
        raise OSError(errno.EAGAIN, f"no thread is left to look a name up: {error}") from error


def _ends(done: int, waker: int | None, deadline: float) -> bool:
    """Whether one of the two is ready by the deadline."""
    ready = select.poll()
    for fd in (done,) if waker is None else (done, waker):
        ready.register(fd, select.POLLIN)
    return bool(ready.poll(min(max(0.0, deadline - time.monotonic()) * 1000, _LONGEST_POLL_MS)))


def _look_up(address: Address) -> list[Target]:
    try:
        infos = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [(family, cast("tuple[str, int]", where)) for family, _, _, _, where in infos]
