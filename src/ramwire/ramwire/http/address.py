"""What an `http:` address names: a host and a port."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from ramwire.errors import Refused
from ramwire.url import Url

_split = re.compile(r"//(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})/?").fullmatch


class Address(NamedTuple):
    """`host` is a name or a number, without the brackets that an IPv6 number has in an address."""

    host: str
    port: int

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def address_of(url: Url) -> Address:
    """The address that a URL names. Raises `Refused` where it names none."""
    match = _split(url.rest)
    address = match and Address(match[1] or match[2], int(match[3]))
    if not address or not 0 < address.port < 1 << 16:
        raise Refused(
            f"{url.text}: an http wire's address is http://HOST:PORT/, with an IPv6 number as [::1]"
        )
    return address


def is_loopback(number: str) -> bool:
    """Whether an IP number (an interface's scope may follow) is of this machine alone."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
