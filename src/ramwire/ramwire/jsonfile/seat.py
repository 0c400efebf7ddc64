"""A client's seat at the shared file: one request at a time travels from it.

Two FIFOs in `NAME.ramwire/` belong to it. The *bell* is read by the client and written by the one server that
has joined, so that the death of either shows to the other at once. The *claim* holds one byte while a request
is on offer: who reads that byte owns the request, the server to run it or the client to take it back. So a
request that is taken back never runs, whoever holds the lock of the file meanwhile.
"""

from __future__ import annotations

import os
import select
import stat
import threading
import time
from contextlib import suppress

from ramwire.errors import Refused
from ramwire.jsonfile import records
from ramwire.jsonfile.document import Entry
from ramwire.jsonfile.lock import Held
from ramwire.jsonfile.shared import Moved, SharedFile
from ramwire.jsonfile.watch import Watch
from ramwire.ramdrive import files

_READ_BYTES = 4096
_GRACE_S = 0.05
"""For tidying up after the deadline."""


def _nothing() -> None:
    pass


class ServerLeft(Exception):
    """The server that had joined is dead, or has let go of the file."""


class Seat:
    """The files of a seat, and what can be done with them; `exchange` holds what to do when."""

    def __init__(self, shared: SharedFile) -> None:
        """Make its FIFOs. Raises `NoSpace`, OSError."""
        self.shared = shared
        self.place = shared.place
        self.token = os.urandom(8).hex()
        self.joined = False
        self.worn = False
        self.outstanding = ""
        """The UUID of the entry that is in the file, or may be."""
        self._uuid = b""  # of the latest request, which may be answered when its entry is gone
        self._watch: Watch | None = None
        self._fds: list[int] = []
        self._closing = threading.Lock()
        with files.full_drive_is_an_error(self.place.path):
            try:
                self._make()
            except BaseException:
                self.close()
                raise

    def _make(self) -> None:
        beside, bell = self.place.beside, self.token.encode()
        claim, hidden = bell + b".claim", bell + b".new"
        os.mkfifo(claim, 0o600, dir_fd=beside)
        self._claim = self._open(claim, os.O_RDWR)
        os.mkfifo(hidden, 0o600, dir_fd=beside)
        self._bell = self._open(hidden, os.O_RDONLY)
        # It shows only once it has a reader: a bell without one is a dead client's.
        os.rename(hidden, bell, src_dir_fd=beside, dst_dir_fd=beside)
        self._poller = select.poll()
        self._poller.register(self._bell, select.POLLIN)

    def _open(self, name: bytes, flags: int) -> int:
        fd = files.open_safely(name, self.place.beside, flags, stat.S_ISFIFO)
        self._fds.append(fd)
        return fd

    # The request.

    def offer(self) -> None:
        os.write(self._claim, b"!")

    @property
    def is_on_offer(self) -> bool:
        """False once a server of ours has taken it, or we have taken it back."""
        claim = select.poll()
        claim.register(self._claim, select.POLLIN)
        return bool(claim.poll(0))

    def take_back(self) -> bool:
        """Whether it is ours again, so that no server of ours will ever run it."""
        try:
            return os.read(self._claim, 1) != b""
        except BlockingIOError:
            return False

    def put(self, uuid: str, entry: Entry, deadline: float) -> None:
        """Add the request to the file. Raises as `SharedFile.commands` does: then it is not there."""
        replaced = self._watch.replaced if self._watch else _nothing
        with self.shared.commands(deadline, replaced) as commands:
            # For a server that comes later, and sees only when we have written.
            written_s = self.shared.written_s
            for _, stranger in commands.strangers():
                if not (stranger.is_answered or stranger.taken or stranger.since is not None):
                    stranger.fields["since"] = written_s
            commands.add(uuid, entry)
            self.outstanding = uuid
            self._uuid = uuid.encode()

    def fetch(self, deadline: float) -> Entry | None:
        """Remove the entry, and give it as it was; None where it is gone. Raises as `put` does."""
        with self.shared.commands(deadline) as commands:
            entry = commands.remove(self.outstanding)
        self.outstanding = ""
        return entry

    def tidy(self) -> Entry | None:
        """`fetch`, where it is late already: what cannot be removed now is left to the next server, which
        sees that this seat is gone.
        """
        try:
            return self.fetch(time.monotonic() + _GRACE_S) if self.outstanding else None
        except (Held, Moved, Refused, OSError):
            self.worn = True
            return None

    # Waiting.

    def listen(self) -> None:
        """Watch the file itself, until a server of ours has joined."""
        if not self.joined and self._watch is None:
            self._watch = Watch(self.place)
            self._watch.register(self._poller)

    def wait(self, deadline: float) -> Heard:
        """What has been heard by the deadline. Raises `ServerLeft`."""
        left_s = deadline - time.monotonic()
        events = dict(self._poller.poll(None if left_s > 1e6 else max(0.0, left_s) * 1000))
        bell = events.pop(self._bell, 0)
        heard = Heard(in_time=bool(bell or events))
        if bell & select.POLLIN:
            self._read_bell(heard)
        elif bell:
            raise ServerLeft
        if events and self._watch is not None:
            heard.changed = self._watch.drain() or self._watch.mounts in events
            if heard.changed:
                self._watch.arm()
        return heard

    def _read_bell(self, heard: Heard) -> None:
        for kind, about in records.split(os.read(self._bell, _READ_BYTES)):
            if about in (self._uuid, records.NOBODY):
                heard.kinds.add(kind)
        if not self.joined and records.JOINED in heard.kinds:
            self.joined = True
            self._watch_no_more()

    def _watch_no_more(self) -> None:
        if self._watch is not None:
            for fd in (self._watch.changes, self._watch.mounts):
                self._poller.unregister(fd)
            self._watch.close()
            self._watch = None

    def has_server(self) -> bool:
        """Whether a server of ours holds the file; one that is stopped does."""
        try:
            os.close(
                files.open_safely(b"serving", self.place.beside, os.O_WRONLY, stat.S_ISFIFO)
            )  # without a reader it cannot be opened
        except (OSError, files.Unsafe):
            return False
        return True

    # The end.

    def interrupt(self) -> None:
        """Make a call that waits on this seat end with `Refused`. From another thread."""
        self.shared.hurry()
        with suppress(OSError), self._closing:
            if not self._fds:
                return  # its number may be another file's by now
            fd = os.open(b"/proc/self/fd/%d" % self._bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(fd, records.record(records.CLOSED))
            finally:
                os.close(fd)

    def close(self) -> None:
        """Take back what is outstanding, and remove the seat's files."""
        if self.outstanding and not self.worn:
            self.take_back()
            self.tidy()
        with self._closing:
            self.forget()
        token = self.token.encode()
        with suppress(OSError):
            for name in (token, token + b".claim", token + b".new"):
                files.remove(name, self.place.beside)

    def forget(self) -> None:
        """Close the descriptors alone: for a forked child, whose parent goes on using the seat."""
        fds, self._fds = self._fds, []
        for fd in fds:
            os.close(fd)
        if self._watch is not None:
            self._watch.close()
            self._watch = None


class Heard:
    """What the bell and the watch have said."""

    def __init__(self, in_time: bool) -> None:
        self.in_time = in_time
        self.kinds: set[bytes] = set()
        self.changed = False
