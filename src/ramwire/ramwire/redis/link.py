"""One connection to Redis, by redis-py: commands go out together, and each reply is waited for by a deadline.

This is the only room that knows redis-py. What it raises is told apart by what one can do about it: `Lost`
(connect again), `Late` (the deadline), `Refused` (nothing will change by itself), `Complaint` (Redis said
no to one command).
"""

from __future__ import annotations

import inspect
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Callable, NamedTuple, cast

import redis
from redis.connection import AbstractConnection, Connection, SSLConnection

from ramwire.errors import Refused
from ramwire.redis.address import Address

FOREVER = float("inf")

_OLDEST = (6, 2)
_CONNECT_S = 5.0
_WRITE_S = 5.0
# The kernel finds out, and wakes nobody for it, when the other machine is not there any more.
_KEEPALIVE = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
}

# To tell Redis its version redis-py reads a file for each connection, and asks twice more. How to have it not
# do so has changed with version 8.
_WITHOUT_LIBRARY: Mapping[str, None] = (
    {"driver_info": None}
    if "driver_info" in inspect.signature(AbstractConnection.__init__).parameters
    else {"lib_name": None, "lib_version": None}
)

Argument = bytes
Command = bytes


class Lost(Exception):
    """The connection is gone, or could not be had. The text says why."""


class Late(Exception):
    """Nothing came by the deadline."""


class Complaint(Exception):
    """Redis answers a command with an error, whose first word is `code`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code = text.partition(" ")[0]


class Push(NamedTuple):
    """What Redis sends unasked: a message of a channel, or the confirmation of a subscription."""

    items: Sequence[object]


def _ignore(push: Push) -> None:
    del push


def command(*arguments: Argument) -> Command:
    """A command as it goes over the wire."""
    return b"*%d\r\n" % len(arguments) + b"".join(
        [b"$%d\r\n%b\r\n" % (len(argument), argument) for argument in arguments]
    )


class Link:
    """One thread at a time uses it; `shut` may be called by any."""

    def __init__(self, address: Address, role: str, heard: Callable[[Push], None] = _ignore) -> None:
        """`role` says in Redis' own list of clients what the connection is for; `heard` is told what comes
        unasked while a reply is waited for.
        """
        self._heard = heard
        self._address = address
        self._connection = _connection(address, role)
        self._shut = False

    def connect(self, deadline: float) -> None:
        """Raises `Refused`, `Lost` or `Late`."""
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise Late("there was no time left")
        connection = self._connection
        # Both are read when it connects.
        connection.socket_connect_timeout = connection.socket_timeout = min(left_s, _CONNECT_S)
        try:
            connection.connect()  # type: ignore[no-untyped-call]
        except redis.TimeoutError as error:
            raise Lost(
                f"it does not answer{'' if self._address.tls is None else '; does it speak TLS?'}"
            ) from error
        except (redis.RedisError, OSError) as error:
            raise self._told(error) from error
        self._check_version(connection.handshake_metadata)
        connection._parser.set_pubsub_push_handler(Push)
        if self._shut:
            self.close()
            raise Lost("it was closed")

    def send(self, commands: bytes, deadline: float = FOREVER) -> None:
        """Raises `Lost` or `Late` where it cannot be sent whole: then nothing more can be sent."""
        sock = self._socket()
        left_s = deadline - time.monotonic()
        try:
            sock.settimeout(min(max(left_s, 1e-3), _WRITE_S))
            sock.sendall(commands)
        except OSError as error:
            self.close()
            if isinstance(error, socket.timeout) and left_s < _WRITE_S:
                raise Late from error
            raise Lost(f"it cannot be written to: {error}") from error

    def receive(self, deadline: float = FOREVER) -> object:
        """The next reply. Raises `Complaint` where that is an error, `Lost`, `Late`."""
        while True:
            item = self.next(deadline)
            if type(item) is not Push:
                return item
            self._heard(item)

    def next(self, deadline: float = FOREVER) -> object:
        """As `receive`; gives a `Push` too."""
        self._wait(deadline)
        try:
            return self._connection.read_response(
                disable_decoding=True, disconnect_on_error=False, push_request=True
            )
        except redis.TimeoutError as error:
            raise Late from error
        except redis.ResponseError as error:
            raise _complaint(error) from error
        except (redis.RedisError, OSError, ValueError, AttributeError, RecursionError) as error:
            raise Lost(str(error)) from error

    def exchange(self, deadline: float, *commands: Command) -> list[object]:
        """Send all, and collect their replies; a `Complaint` stands in its place."""
        self.send(b"".join(commands), deadline)
        replies: list[object] = []
        for _ in commands:
            try:
                replies.append(self.receive(deadline))
            except Complaint as error:
                replies.append(error)
        return replies

    def is_stale(self) -> bool:
        """Whether the other side has closed it, or said what nobody waits for."""
        sock = self._sock()
        if sock is None:
            return True
        try:
            sock.settimeout(0)
            socket.socket.recv(sock, 1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True
        return True

    def shut(self) -> None:
        """Make whatever waits on it raise `Lost`. From any thread; it has to be closed all the same."""
        self._shut = True
        sock = self._sock()
        if sock is not None:
            with suppress(OSError):  # closed already
                # Not that of SSLSocket, which takes its state from under the hands of the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        self._connection.disconnect()  # type: ignore[no-untyped-call]

    def _check_version(self, told: object) -> None:
        version = told.get(b"version", b"") if isinstance(told, dict) else b""
        numbers = [int(part) for part in version.split(b".")[:2] if part.isdigit()]
        if len(numbers) == 2 and tuple(numbers) < _OLDEST:
            self.close()
            oldest = ".".join(map(str, _OLDEST))
            raise Refused(f"{self._address.place} is version {version.decode()}; {oldest} or later is needed")

    def _sock(self) -> socket.socket | None:
        return cast("socket.socket | None", self._connection._sock)

    def _socket(self) -> socket.socket:
        sock = self._sock()
        if sock is None:
            raise Lost("it is closed")
        return sock

    def _wait(self, deadline: float) -> None:
        """Let what follows wait until the deadline."""
        sock = self._socket()
        if deadline == FOREVER:
            sock.settimeout(None)
            return
        left_s = deadline - time.monotonic()
        # At 0 it would not wait at all, and not read what lies there either.
        sock.settimeout(min(max(left_s, 1e-6), threading.TIMEOUT_MAX / 2))

    def _told(self, error: BaseException) -> Exception:
        """A failure to connect: will it get better by itself?"""
        place = self._address.place
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return Refused(f"{place}: no TLS connection: {cause.reason or cause}: {_tls_advice(cause)}")
            cause = cause.__context__
        if isinstance(error, redis.AuthenticationError):
            return Refused(f"{place} {_WRONG if self._address.password else _MISSING}")
        if isinstance(error, redis.ResponseError):
            user = self._address.user or "default"
            return Refused(f"{place} does not let the user {user} in: {error}")
        is_hung_up = self._address.tls is None and "connecting" not in str(error)
        return Lost(f"{error}; does it want TLS (rediss:)?" if is_hung_up else str(error))


_WRONG = "does not accept this user and password"
_MISSING = "asks for a password: redis://USER:PASSWORD@HOST or ?passwordfile=FILE"


def _connection(address: Address, role: str) -> Connection:
    options: dict[str, Any] = {  # as redis-py has them
        "host": address.host,
        "port": address.port,
        "db": address.db,
        "username": address.user,
        "password": address.password,
        "client_name": f"ramwire:{address.service or '-'}:{role}",
        "protocol": 3,
        **_WITHOUT_LIBRARY,
        "socket_keepalive": True,
        "socket_keepalive_options": _KEEPALIVE,
        "socket_timeout": _CONNECT_S,
        "socket_connect_timeout": _CONNECT_S,
    }
    if address.tls is None:
        return Connection(**options)  # type: ignore[no-untyped-call]
    return SSLConnection(
        ssl_ca_certs=address.tls.ca, ssl_certfile=address.tls.cert, ssl_keyfile=address.tls.key, **options
    )


def _complaint(error: redis.ResponseError) -> Complaint:
    # redis-py takes off the code of the errors that it knows.
    for kind, code in (
        (redis.exceptions.OutOfMemoryError, "OOM"),
        (redis.exceptions.NoPermissionError, "NOPERM"),
        (redis.ReadOnlyError, "READONLY"),
    ):
        if isinstance(error, kind):
            return Complaint(f"{code} {error}")
    return Complaint(str(error))


def _tls_advice(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "is its certificate for this host, and signed by the authority in ?ca=FILE?"
    return "does it speak TLS on this port, and want a certificate of ours (?cert=FILE&key=FILE)?"
