"""Scheme to wire, by name: a wire is imported when it is first used.

To add one: a module or package under `ramwire`, an entry here, and in `tests/ramwire` a fixture and a
subclass of `ramwire.testing.WireSuite`; a scheme without a suite fails the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Callable, NamedTuple, cast

from ramwire.contract import Answer, ChannelWire, ClientWire, End, ServerWire
from ramwire.errors import Refused
from ramwire.url import Url, parse, without_password

if TYPE_CHECKING:
    from ramwire.diagnosis import Finding


class Entry(NamedTuple):
    """Where a wire's ends and its examination live (`module:name`), what to install where its module needs
    more, and where its channel lives if it has one.
    """

    client: str
    server: str
    examine: str
    hint: str = ""
    channel: str = ""


WIRES: Mapping[str, Entry] = {
    "jsonfile": Entry(
        "ramwire.jsonfile.client:JsonFileClient",
        "ramwire.jsonfile.server:JsonFileServer",
        "ramwire.jsonfile.examine:examine",
        "install ramwire[jsonfile]; it needs Linux (inotify, FIFOs)",
    ),
    "mmap": Entry(
        "ramwire.shared_memory.client:MmapClient",
        "ramwire.shared_memory.server:MmapServer",
        "ramwire.shared_memory.examine:examine",
        "it needs Linux (memfd, SCM_RIGHTS, inotify)",
        "ramwire.shared_memory.channel:MmapChannel",
    ),
    "ramdrive": Entry(
        "ramwire.ramdrive.client:RamdriveClient",
        "ramwire.ramdrive.server:RamdriveServer",
        "ramwire.ramdrive.examine:examine",
        "it needs Linux (inotify, FIFOs and link() on a tmpfs)",
    ),
    "http": Entry(
        "ramwire.http.client:HttpClient",
        "ramwire.http.server:HttpServer",
        "ramwire.http.examine:examine",
        "install ramwire[http]",
    ),
    "redis": Entry(
        "ramwire.redis.client:RedisClient",
        "ramwire.redis.server:RedisServer",
        "ramwire.redis.examine:examine",
        "install ramwire[redis]",
        "ramwire.redis.channel:RedisChannel",
    ),
    "rediss": Entry(
        "ramwire.redis.client:RedisClient",
        "ramwire.redis.server:RedisServer",
        "ramwire.redis.examine:examine",
        "install ramwire[redis]",
        "ramwire.redis.channel:RedisChannel",
    ),
    "unix": Entry(
        "ramwire.unix.client:UnixClient",
        "ramwire.unix.server:UnixServer",
        "ramwire.unix.examine:examine",
        "it needs Linux (inotify, SCM_RIGHTS)",
    ),
    "tcp": Entry(
        "ramwire.tcp.client:TcpClient",
        "ramwire.tcp.server:TcpServer",
        "ramwire.tcp.examine:examine",
        "it needs Linux (poll with POLLRDHUP)",
    ),
    "fifo": Entry(
        "ramwire.fifo.client:FifoClient",
        "ramwire.fifo.server:FifoServer",
        "ramwire.fifo.examine:examine",
        "it needs Linux (inotify, O_PATH)",
        "ramwire.fifo.channel:FifoChannel",
    ),
}


def check_wire(scheme: str) -> None:
    """Import both ends. Raises `Refused` for one that is not known, or that needs more to be installed."""
    address = Url(scheme, scheme, "", {})
    entry = _entry(address)
    _load(address, entry.client)
    _load(address, entry.server)


def client_wire(url: str) -> ClientWire:
    """The client's end at an address. Raises `Refused` for an unknown scheme or option."""
    address = parse(url)
    wire = cast("type[ClientWire]", _load(address, _entry(address).client))
    return wire(_checked(address, wire.options))


def server_wire(url: str, answer: Answer) -> ServerWire:
    """The server's end at an address. Raises `Refused` for an unknown scheme or option."""
    address = parse(url)
    wire = cast("type[ServerWire]", _load(address, _entry(address).server))
    return wire(_checked(address, wire.options), answer)


def channel_wire(url: str, end: End) -> ChannelWire:
    """A channel's end at an address. Raises `Refused` for an unknown scheme, option or end, and for a wire
    without channels.
    """
    if end not in ("server", "client"):
        raise Refused(
            f'{without_password(url)}: a channel has the ends "server" and "client", and none called {end!r}'
        )
    wire, address = _channel(url)
    return wire(address, end)


def check_channel(url: str) -> None:
    """Raises `Refused` where an address can have no channel, whatever lies there."""
    _channel(url)


def _channel(url: str) -> tuple[type[ChannelWire], Url]:
    address = parse(url)
    entry = _entry(address)
    if not entry.channel:
        having = ", ".join(sorted(name for name, wire in WIRES.items() if wire.channel)) or "none"
        raise Refused(f"{address.text}: {address.scheme} has services only; wires with channels: {having}")
    wire = cast("type[ChannelWire]", _load(address, entry.channel))
    return wire, _checked(address, wire.options)


def examine(url: str) -> Iterable[Finding]:
    """What is to be seen at an address. Raises `Refused` for an unknown scheme or option."""
    address = parse(url)
    entry = _entry(address)
    wire = cast("type[ClientWire]", _load(address, entry.client))
    look = cast("Callable[[Url], Iterable[Finding]]", _load(address, entry.examine))
    return look(_checked(address, wire.options))


def _entry(url: Url) -> Entry:
    entry = WIRES.get(url.scheme)
    if entry is None:
        raise Refused(f"{url.text}: no wire is called {url.scheme}; there is {', '.join(sorted(WIRES))}")
    return entry


def _load(url: Url, where: str) -> object:
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except ImportError as error:
        raise Refused(
            f"{url.text}: this wire cannot be loaded ({error}); {WIRES[url.scheme].hint}"
        ) from error


def _checked(url: Url, known: Mapping[str, str]) -> Url:
    for option in url.options:
        if option not in known:
            there = ", ".join(sorted(known)) or "none"
            raise Refused(f"{url.text}: {url.scheme} has no option {option}; it has {there}")
    return url
