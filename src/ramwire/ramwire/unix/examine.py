"""Looks at a `unix:` address: its folder, what stands at the socket's name, and who listens there."""

from __future__ import annotations

import os
import socket
import stat
import struct
from collections.abc import Iterator

from ramwire.connection import examining, key
from ramwire.diagnosis import Finding, held_by
from ramwire.errors import Refused
from ramwire.limits import examine_descriptors, examine_watches
from ramwire.unix.place import Place
from ramwire.url import Url

_CREDENTIALS = struct.Struct("3i")


def examine(url: Url) -> Iterator[Finding]:
    """The findings, in the order in which one would mend them."""
    place = Place(url)
    yield from examine_watches()
    trouble = place.folder_trouble()
    if trouble:
        yield Finding("fault", trouble, "Mend the folder, or choose another.")
        return
    try:
        there = place.has_socket()
    except Refused as error:
        yield Finding("fault", str(error), "Look at what it is before you remove it.")
        return
    if not there:
        yield Finding("fault", f"{place.path} does not exist", "Start the server.")
        return
    yield from _mode(place)
    yield from _listener(url, place)


def _mode(place: Place) -> Iterator[Finding]:
    mode = stat.S_IMODE(os.lstat(place.path).st_mode)
    if mode & 0o600 != 0o600:
        yield Finding(
            "fault", f"{place.path} is closed to its own user ({mode:04o})", f"chmod 600 {place.path}"
        )
    elif mode & 0o077:
        yield Finding("note", f"{place.path} is open to other users ({mode:04o})", f"chmod 600 {place.path}")


def _listener(url: Url, place: Place) -> Iterator[Finding]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            with place.address() as address:
                probe.connect(address)
        except ConnectionRefusedError:
            what = f"nobody listens at {place.path}, which a dead server has left"
            yield Finding("fault", what, "Start the server: it replaces the socket.")
            return
        except BlockingIOError:
            what = f"too many wait to be let in at {place.path}"
            yield Finding("fault", what, "Is its server stopped? `ss -xlp` names it.")
            return
        except OSError as error:
            yield Finding("fault", f"{place.path} cannot be connected to: {error.strerror}", "Is it yours?")
            return
        credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid: int = _CREDENTIALS.unpack(credentials)[0]
        yield held_by(pid)
        yield from examine_descriptors(pid)
        try:
            shared = key.given(url) or key.read(place.key)
        except Refused as error:
            yield Finding("fault", str(error), "Give both ends the same key.")
            return
        yield from examining.shake_hands(probe.dup(), shared)
