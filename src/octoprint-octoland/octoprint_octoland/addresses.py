"""The addresses at which people reach OctoPrint's page."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Callable, Optional

import psutil


@dataclass(frozen=True)
class Listening:
    """Where OctoPrint's own web server listens."""

    host: str
    port: int


class Addresses:
    """`public_port` is that of a proxy before OctoPrint; without one, OctoPrint's own counts."""

    def __init__(self, listening: Listening, public_port: Callable[[], Optional[int]]) -> None:
        self._listening = listening
        self._public_port = public_port

    def all(self) -> tuple[str, ...]:
        port = self._public_port()
        if port is None:
            port = self._listening.port
            host = self._listening.host
            if _is_loopback(host):
                return (_url("127.0.0.1", port),)
            if host not in ("", "::", "0.0.0.0"):  # noqa: S104 - compared, not bound
                return (_url(f"[{host}]" if ":" in host else host, port),)
        return tuple(_url(address, port) for address in _interface_addresses())

    def first(self) -> Optional[str]:
        return next(iter(self.all()), None)


def _url(host: str, port: int) -> str:
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _interface_addresses() -> list[str]:
    """IPv4 alone: people read them off a screen and type them."""
    found = [
        each.address
        for addresses in psutil.net_if_addrs().values()
        for each in addresses
        if each.family == socket.AF_INET
    ]
    return sorted(
        address
        for address in found
        if not (ipaddress.ip_address(address).is_loopback or ipaddress.ip_address(address).is_link_local)
    )
