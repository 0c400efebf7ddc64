"""One client's lane: two slot files and a bell of its own. One request at a time travels on it.

A lane begins *waiting*: its requests are renamed into `server/`, where every server sees them. Once a server
of ours has joined it, they are linked there, and the server's bell is rung. The bell of the lane is a FIFO
that only that server opens for writing, so that its death is a POLLHUP here, and ours an EPIPE there.
"""

from __future__ import annotations

import errno
import os
import select
import stat
import threading
import time
from contextlib import suppress

from ramwire.errors import BadMessage, NoSpace, Timeout
from ramwire.ramdrive import files, records
from ramwire.ramdrive.names import NAME_BYTES, NameMaker
from ramwire.ramdrive.place import Place
from ramwire.ramdrive.replies import MAX_REPLY_BYTES

_names = NameMaker()
_make_name = _names.make
os.register_at_fork(after_in_child=_names.renew_lock)

_PAD = b" " * (records.HEAD_BYTES - 2 - NAME_BYTES) + b"\n"
_RECORD = records.RECORD_BYTES
_ROOM = records.RECORD_BYTES - records.HEAD_BYTES

_AT_ONCE_NS = 5_000
_AWAKE_NS = 100_000
_TRUSTED_AFTER = 8
_ASLEEP_AGAIN_AFTER = 64

SILENT = b"n"
TALKING = b"c"


class ServerLeft(Exception):
    """The server's end of this lane is closed: it died, or its folders were replaced."""


class Lane:
    """The files of a lane, and what can be done with them; `exchange` holds what to do when."""

    def __init__(self, place: Place, kind: bytes) -> None:
        """Make its files. `kind`: are answers wanted (TALKING) or not (SILENT)? Raises `NoSpace`."""
        self.place = place
        self.token = kind + os.urandom(4).hex()[:7].encode()
        self.joined = False
        self.worn = False
        self.met = False
        """Whether any server has shown itself to this lane."""
        self.outstanding = b""
        self._quick_answers = 0
        self._answered_at_once = True
        self.bell = self.help_bell = -1
        self._fds: list[int] = []
        self._closing = threading.Lock()
        with files.full_drive_is_an_error(f"{os.fsdecode(place.path)}/lanes"):
            try:
                self._make()
            except BaseException:
                self.close()
                raise

    def _make(self) -> None:
        lanes, token = self.place.lanes, self.token
        hidden = self.place.hidden_name(b"bell")
        os.mkfifo(hidden, 0o600, dir_fd=lanes)
        self.back = self._keep(files.open_safely(hidden, lanes, os.O_RDONLY, stat.S_ISFIFO))
        # It shows only once it has a reader: a bell without one is a dead client's.
        os.rename(hidden, token + b".waiting", src_dir_fd=lanes, dst_dir_fd=lanes)
        self.reply_fd = self._keep(files.create(token + b".reply", lanes))
        self.request = files.Slot(self._keep(files.create(token + b".request", lanes)), token + b".request")
        self._poller = select.poll()
        self._poller.register(self.back, select.POLLIN)
        self.poll = self._poller.poll

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd

    def also_poll(self, fd: int, events: int) -> None:
        self._poller.register(fd, events)

    def poll_no_more(self, fd: int) -> None:
        self._poller.unregister(fd)

    def hear(self, patience_ms: float) -> bytes | None:
        """What the bell says within that time; None where it says nothing."""
        if self._answered_at_once:
            # On the same CPU the server ran when it was rung for: its answer is there.
            try:
                return os.read(self.back, records.BACK_BYTES)
            except BlockingIOError:
                self._answered_at_once = False
        return os.read(self.back, records.BACK_BYTES) if self._wait(patience_ms) else None

    def _wait(self, patience_ms: float) -> bool:
        """Whether the bell is rung within that time.

        A server on another CPU that has been answering at once is waited for awake, but for a moment only: to
        sleep and be woken takes as long as such an answer.
        """
        begin_ns = time.monotonic_ns()
        rung = False
        if self._quick_answers >= _TRUSTED_AFTER:
            while not rung and time.monotonic_ns() - begin_ns < _AWAKE_NS:
                rung = bool(self.poll(0))
        rung = rung or bool(self.poll(patience_ms))
        taken_ns = time.monotonic_ns() - begin_ns
        self._answered_at_once = rung and taken_ns < _AT_ONCE_NS
        quick = rung and taken_ns < _AWAKE_NS
        # Now and then asleep all the same: only then may the kernel bring both ends to one CPU.
        self._quick_answers = (self._quick_answers + 1) % _ASLEEP_AGAIN_AFTER if quick else 0
        return rung

    def send_joined(self, line: bytes, deadline: float) -> bytes:
        """Link the request into `server/` and ring; its name. Raises `ServerLeft`, `NoSpace`,
        FileNotFoundError.
        """
        place = self.place
        try:
            self.request.put(line)
            name = self.outstanding = _make_name(self.token)
            os.link(self.request.name, name, src_dir_fd=place.lanes, dst_dir_fd=place.server)
        except OSError:
            self.outstanding = b""
            with files.full_drive_is_an_error("the request"):
                raise
        told = line if len(line) <= _ROOM else b""
        record = (b"r" + name + _PAD + told).ljust(_RECORD)
        try:
            os.write(self.bell, record)
        except OSError:
            self.ring(record, deadline)
        return name

    def send_waiting(self, line: bytes) -> bytes:
        """Rename the request into `server/`, which wakes servers that only know folders; its name."""
        place, hidden = self.place, self.token + b".sending"
        try:
            with files.full_drive_is_an_error("the request"):
                self.request.put(line)
                os.link(self.request.name, hidden, src_dir_fd=place.lanes, dst_dir_fd=place.lanes)
                name = self.outstanding = _make_name(self.token)
                os.rename(hidden, name, src_dir_fd=place.lanes, dst_dir_fd=place.server)
        except BaseException as error:
            # Interrupted (Ctrl-C) it may lie there already: then it is withdrawn with the lane.
            if isinstance(error, (OSError, NoSpace)):
                self.outstanding = b""
            files.remove(hidden, place.lanes)
            raise
        return name

    def knock(self, deadline: float) -> None:
        """Ask a server of ours to join, if there is one; its answer comes by our bell."""
        self.close_bells()
        try:
            self.bell = self._open_bell(records.BELL)
            self.help_bell = self._open_bell(records.HELP_BELL)
        except OSError as error:
            self.close_bells()
            if error.errno in (errno.ENXIO, errno.ENOENT):
                return  # none is there: the next one looks for waiting lanes when it starts
            raise
        with suppress(ServerLeft):
            self.ring(records.record(records.JOIN, self.token), deadline)

    def _open_bell(self, name: bytes) -> int:
        return files.open_safely(name, self.place.lanes, os.O_WRONLY, stat.S_ISFIFO)

    def ring(self, record: bytes, deadline: float) -> None:
        """Write to the server's bell; where it is full, wait for room. Raises `ServerLeft`."""
        while True:
            try:
                os.write(self.bell, record)
            except BlockingIOError:
                self.call_for_help()
                room = select.poll()
                room.register(self.bell, select.POLLOUT)
                if not room.poll(min(max(0.0, deadline - time.monotonic()) * 1000, 1e9)):
                    return  # the request lies there and will be withdrawn
            except BrokenPipeError as error:
                raise ServerLeft from error
            else:
                return

    def call_for_help(self) -> None:
        """The server's thread may be busy with another's verb: wake a second one."""
        if self.help_bell >= 0:
            with suppress(BlockingIOError, BrokenPipeError):
                os.write(self.help_bell, records.record(records.WAKE))

    def withdraw(self) -> bool:
        """Take the request back; False where somebody has taken it."""
        if not self.outstanding or files.remove(self.outstanding, self.place.server):
            self.outstanding = b""
            return True
        self.met = True
        return False

    def late(self) -> Timeout:
        """Withdraw, and say what is known."""
        if not self.withdraw():
            return Timeout("no answer in time; a server has taken the request, and it may have run")
        nobody = not self._has_server()
        why = "no server is there" if nobody else "the server there is busy or stopped"
        return Timeout(f"{why}: the request was withdrawn and has not run", False, nobody)

    def _has_server(self) -> bool:
        """Whether one holds the other end of its bell; one that is stopped does, though it has not joined."""
        if self.bell < 0:
            return False
        bell = select.poll()
        bell.register(self.bell, 0)
        return not bell.poll(0)  # without a reader there is an error to report

    def read_reply(self) -> bytes:
        """The content of the joined lane's reply, whose name is deleted with it."""
        return files.read(self.reply_fd, MAX_REPLY_BYTES)

    def fetch(self, reply: bytes) -> bytes | None:
        """Read and delete a reply that shows and is not being written any more; None where there is none."""
        folder = self.place.client
        try:
            fd = files.open_safely(reply, folder, os.O_RDONLY)
        except FileNotFoundError:
            return None
        except files.Unsafe as error:
            self.outstanding = b""
            with suppress(OSError):
                files.remove(reply, folder)
            raise BadMessage(f"what stands where the reply should be was not read: {error}") from error
        try:
            # Our own reply slot shows whole: only its server has it open for writing.
            ours = os.path.samestat(os.fstat(fd), os.fstat(self.reply_fd))
            if not ours and (os.fstat(fd).st_size == 0 or files.has_writer(fd)):
                return None
            data = files.read(fd, MAX_REPLY_BYTES)
        finally:
            os.close(fd)
        files.remove(reply, folder)
        return data

    def interrupt(self) -> None:
        """Make a call that waits on this lane end with `Refused`. From another thread."""
        with suppress(OSError), self._closing:
            if not self._fds:
                return  # its number may be another file's by now
            fd = os.open(b"/proc/self/fd/%d" % self.back, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(fd, records.CLOSED + self.token + b"\n")
            finally:
                os.close(fd)

    def close_bells(self) -> None:
        for fd in (self.bell, self.help_bell):
            if fd >= 0:
                os.close(fd)
        self.bell = self.help_bell = -1

    def close(self) -> None:
        """Withdraw what is outstanding, and remove every file of the lane."""
        place, name = self.place, self.outstanding
        with suppress(OSError):
            self.withdraw()
        with self._closing:
            self.forget()
        with suppress(OSError):
            if name:
                # After our bell is closed a server that answers is told so, and removes its reply itself.
                for ending in (b".pickle", b".error"):
                    files.remove(name + ending, place.client)
            for ending in (b".request", b".reply", b".sending", b".waiting", b".joined"):
                files.remove(self.token + ending, place.lanes)

    def forget(self) -> None:
        """Close the descriptors alone: for a forked child, whose parent goes on using the lane."""
        fds, self._fds = self._fds, []
        for fd in fds:
            os.close(fd)
        self.close_bells()
