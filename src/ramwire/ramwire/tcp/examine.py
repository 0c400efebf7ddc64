"""Looks at a `tcp:` address: who listens there, and how the handshake ends."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

from ramwire import ports
from ramwire.connection import examining
from ramwire.diagnosis import Finding, held_by
from ramwire.errors import Refused
from ramwire.limits import examine_descriptors
from ramwire.tcp import address
from ramwire.tcp.address import Address
from ramwire.tcp.connector import key_of
from ramwire.url import Url


def examine(url: Url) -> Iterator[Finding]:
    """The findings, in the order in which one would mend them."""
    place = address.parse(url)
    try:
        shared = key_of(url)
    except Refused as error:
        yield Finding("fault", str(error), "Give both ends the same key.")
        return
    try:
        targets = address.resolve(place, time.monotonic() + examining.PATIENCE_S)
    except OSError:  # also where the deadline has passed
        targets = []
    if not targets:
        yield Finding("fault", f"no address is known for {place.host}", "Is the name right?")
        return
    if place.is_loopback:
        yield from _holder(place)
    else:
        yield Finding("note", "what is sent there is not encrypted", "Use it in a network that you trust.")
    yield from _listener(place, targets, shared)


def _holder(place: Address) -> Iterator[Finding]:
    pid = ports.holder_of(place.port)
    if pid is not None:
        yield held_by(pid)
        yield from examine_descriptors(pid)


def _listener(place: Address, targets: list[address.Target], shared: bytes) -> Iterator[Finding]:
    why = ""
    for family, where in targets:
        connecting = socket.socket(family, socket.SOCK_STREAM)
        connecting.settimeout(examining.PATIENCE_S)
        try:
            connecting.connect(where)
        except OSError as error:
            why = str(error.strerror or error)
            connecting.close()
        else:
            yield from examining.shake_hands(connecting, shared)
            return
    yield Finding(
        "fault", f"nobody lets one in at {place}: {why}", "Start the server; is a firewall in between?"
    )
