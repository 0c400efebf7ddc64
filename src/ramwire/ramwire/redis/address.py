"""What an address says: `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]?service=NAME`, or `rediss:` with TLS."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ramwire.errors import Refused
from ramwire.url import Url

OPTIONS: Mapping[str, str] = {
    "service": "the service's name, of letters, digits and . _ - (needed)",
    "passwordfile": "a file whose first line is the password, for addresses that others may see",
    "ca": "rediss: a file of authorities to believe beside the system's",
    "cert": "rediss: a file with this end's certificate, where Redis asks for one",
    "key": "rediss: a file with the certificate's private key",
    "stale": "server: a request that another program left is refused after so many seconds (default 10)",
    "ttl": "server: for how many seconds its presence lasts, unless renewed (default 60)",
}

_PORT = 6379
_STALE_S = 10.0
_TTL_S = 60.0
_SHORTEST_TTL_S = 0.1

_is_service = re.compile(r"[A-Za-z0-9._-]{1,100}").fullmatch


@dataclass(frozen=True)
class Tls:
    """Files in PEM; None where the system's own authorities, or no certificate of this end, are wanted."""

    ca: str | None
    cert: str | None
    key: str | None


@dataclass(frozen=True)
class Address:
    """`shown` is the whole address without its password."""

    shown: str
    host: str
    port: int
    db: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Tls | None
    service: str
    stale_s: float
    ttl_s: float

    @property
    def place(self) -> str:
        """Where Redis is, for messages."""
        return f"Redis at {self.host}:{self.port}"


def read(url: Url, needs_service: bool = True) -> Address:
    """Take the address apart. Raises `Refused`, never with the password in its text."""
    user, password, host, port, db = _authority(url)
    service = url.options.get("service", "")
    if (service or needs_service) and not _is_service(service):
        raise Refused(f"{url.text}: it needs ?service=NAME, a name of at most 100 letters, digits and . _ -")
    return Address(
        shown=url.text,
        host=host,
        port=port,
        db=db,
        user=user,
        password=_password_in(url) if "passwordfile" in url.options else password,
        tls=_tls(url),
        service=service,
        stale_s=url.seconds("stale", _STALE_S),
        ttl_s=max(url.seconds("ttl", _TTL_S), _SHORTEST_TTL_S),
    )


def _authority(url: Url) -> tuple[str | None, str | None, str, int, int]:
    if not url.rest.startswith("//"):
        raise Refused(f"{url.text}: it must read {url.scheme}://HOST:PORT/DB?service=NAME")
    try:
        parts = urlsplit(f"redis:{url.rest}")
        host, port = parts.hostname, parts.port or _PORT
        db = int(parts.path.strip("/") or "0")
    except ValueError:
        # Not its cause: that may quote what is no port, which may be a part of the password.
        raise Refused(f"{url.text}: its port and its database must be numbers") from None
    if not host or not 0 <= db < 1 << 31:
        raise Refused(f"{url.text}: it must read {url.scheme}://HOST:PORT/DB?service=NAME")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return user, password, host, port, db


def _password_in(url: Url) -> str:
    path = url.options["passwordfile"]
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{url.text}: the password cannot be read: {error}") from error


def _tls(url: Url) -> Tls | None:
    files = {name: url.options.get(name) for name in ("ca", "cert", "key")}
    if url.scheme != "rediss":
        given = [name for name, path in files.items() if path]
        if given:
            raise Refused(f"{url.text}: {given[0]} is for rediss:, which uses TLS")
        return None
    for name, path in files.items():
        if path and not os.access(path, os.R_OK):
            raise Refused(f"{url.text}: {name}={path} cannot be read")
    return Tls(files["ca"], files["cert"], files["key"])
