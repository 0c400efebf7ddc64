"""A server at one set of folders: its lock, its bell, the lanes that have joined, and what wakes it up.

Files in `server/` are the truth; a bell only says where to look. So whatever a bell did not say (no room, a
garbled record, a client killed before it rang) is found by looking at the folder.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import select
import stat
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Callable

from ramwire.contract import Answer
from ramwire.errors import Refused
from ramwire.line import HELLO
from ramwire.ramdrive import files, names, records, watch
from ramwire.ramdrive.crew import Crew
from ramwire.ramdrive.foreign import Foreign
from ramwire.ramdrive.peer import Peer, remove_lane
from ramwire.ramdrive.place import Place

log = logging.getLogger(__name__)

_NAME_END = 1 + names.NAME_BYTES
_TOKEN_END = 1 + names.TOKEN_BYTES
_BUSY_LOOK_S = 0.1


class Held(Refused):
    """Another server of ours serves here."""


class Post:
    """Serves from the moment it is made; `watch` must run for all but joined lanes to be served."""

    def __init__(self, place: Place, answer: Answer, stale_s: float) -> None:
        self.place = place
        self._answer = answer
        self._peers: dict[bytes, Peer] = {}
        self._bells: dict[int, Peer] = {}
        self._joining = threading.Lock()
        self._served = 0
        self._served_before = 0
        self._next_look = 0.0
        self._links_are_seen = True
        self._current = True
        self._stopping = False
        self._fds: list[int] = []
        self._lock()
        self._epoll = select.epoll()
        self._bell_in, self._bell_out = self._hang_bell(records.BELL)
        self._help_in, self._help_out = self._hang_bell(records.HELP_BELL)
        self._nudge_in, self._nudge_out = (self._keep(fd) for fd in os.pipe())
        self._foreign = Foreign(place, answer, stale_s)
        self._watch_folders()
        self._crew = Crew(self._bell_in, self._help_in, self._handle)
        self._crew.start()

    def _keep(self, fd: int) -> int:
        self._fds.append(fd)
        return fd

    def _lock(self) -> None:
        lanes = self.place.lanes
        fd = self._keep(os.open(b"lock", os.O_CREAT | os.O_RDWR | files.SAFE, 0o600, dir_fd=lanes))
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(fd)
            where = os.fsdecode(self.place.path)
            raise Held(f"{where} is served already, by process {holder}: stop that one first") from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, b"%d\n" % os.getpid(), 0)

    def _hang_bell(self, name: bytes) -> tuple[int, int]:
        """A fresh FIFO, so that nothing rung for a server before us is heard."""
        lanes, hidden = self.place.lanes, self.place.hidden_name(b"bell")
        os.mkfifo(hidden, 0o600, dir_fd=lanes)
        # Read and write: a reader alone would see the end of file whenever the last client leaves.
        bell_in = self._keep(files.open_safely(hidden, lanes, os.O_RDWR, stat.S_ISFIFO))
        bell_out = self._keep(files.open_safely(hidden, lanes, os.O_WRONLY, stat.S_ISFIFO))
        os.set_blocking(bell_in, True)
        os.rename(hidden, name, src_dir_fd=lanes, dst_dir_fd=lanes)
        return bell_in, bell_out

    def _watch_folders(self) -> None:
        place = self.place
        self._inotify = watch.Inotify()
        self._mounts = watch.Mounts()
        self._server_watch = self._inotify.watch(place.server, watch.ARRIVALS | watch.IN_CREATE)
        self._inotify.watch_departure(place)
        self._epoll.register(self._inotify.fd, select.EPOLLIN)
        if not place.is_mounted():
            # Otherwise each mount on the machine (a container's start) would wake an idle server for nothing.
            self._epoll.register(self._mounts.fd, select.EPOLLPRI)
        self._epoll.register(self._nudge_in, select.EPOLLIN)

    # The crew's side: any thread.

    def _wake_crew(self) -> None:
        for bell in (self._bell_out, self._help_out):
            with suppress(BlockingIOError):
                os.write(bell, records.record(records.WAKE))

    def _handle(self, data: bytes) -> None:
        try:
            kind = data[:1]
            if len(data) != records.RECORD_BYTES or data[-1:] != b"\n":
                self._resynchronise()
            elif kind == records.REQUEST:
                self._serve(data[1:_NAME_END])
            elif kind == records.JOIN:
                self._join(data[1:_TOKEN_END])
            elif kind != records.WAKE:
                self._resynchronise()
        except OSError as error:
            if not self._stopping:
                log.warning("a request was not served: %s", error)
        except Exception:
            log.exception("a request was not served")

    def _serve(self, name: bytes) -> None:
        peer = self._peers.get(name[-names.TOKEN_BYTES :])
        if peer is None:
            return  # dropped since: its client knows, and comes again
        self._served += 1
        try:
            line = peer.take(name)
            if line is None:
                return
            if line == HELLO or peer.silent:
                peer.tell(records.TAKEN, name)
                if line == HELLO:
                    return
            value = self._answer(line)
        except BaseException as error:  # noqa: BLE001 - the caller is told, whatever it was
            peer.fail(name, error)
            return
        if isinstance(value, Future):
            peer.pending = value
            peer.tell(records.DEFERRED, name)
            value.add_done_callback(partial(self._resolved, peer, name))
        else:
            peer.answer(name, value)

    @staticmethod
    def _resolved(peer: Peer, name: bytes, future: Future[Any]) -> None:
        peer.pending = None
        try:
            value = future.result()
        except BaseException as error:  # noqa: BLE001 - as above
            peer.fail(name, error)
        else:
            peer.answer(name, value)

    def _join(self, token: bytes) -> None:
        with self._joining:
            if token not in self._peers:
                try:
                    peer = Peer(self.place, token)
                except OSError as error:
                    if error.errno == errno.ENXIO:
                        remove_lane(self.place, token)  # it knocked, and died
                    elif error.errno != errno.ENOENT:
                        raise
                    return  # where its files are not all there yet, it has still to knock
                self._peers[token] = peer
                self._bells[peer.bell] = peer
                self._epoll.register(peer.bell, 0)
                peer.tell(records.JOINED, b"")
        # Whatever it has sent before lies there without a ring.
        for name in map(os.fsencode, files.listing(self.place.server)):
            if name.endswith(b"-" + token) and len(name) == names.NAME_BYTES:
                self._serve(name)

    def _resynchronise(self) -> None:
        log.warning(
            "%s/lanes/bell: something that is no record was written to it", os.fsdecode(self.place.path)
        )
        os.set_blocking(self._bell_in, False)
        with suppress(BlockingIOError):
            while os.read(self._bell_in, 65536):
                pass
        os.set_blocking(self._bell_in, True)
        os.write(self._nudge_out, b"?")

    # The watching side: one thread.

    def watch(self) -> bool:
        """Serve until stopped (True), or until the folders here are not the service's any more (False)."""
        self._look_everywhere()
        self._current = self.place.is_current()  # it may have changed before the watches were set
        while self._current and not self._stopping:
            events = self._epoll.poll(None if self._links_are_seen else _BUSY_LOOK_S)
            if not self._links_are_seen and time.monotonic() >= self._next_look:
                self._look_while_busy()
            for fd, _ in events:
                if fd == self._inotify.fd:
                    self._look_at_arrivals()
                elif fd == self._mounts.fd:
                    self._current = self.place.is_current()
                elif fd == self._nudge_in:
                    os.read(fd, 4096)
                    self._look_everywhere(rings_lost=True)
                elif fd in self._bells:
                    self._drop(self._bells[fd])
        return self._stopping

    def _look_at_arrivals(self) -> None:
        closed: dict[str, int] = {}
        for event in self._inotify.read():
            if event.mask & watch.IN_Q_OVERFLOW:
                self._look_everywhere()
            elif event.watch != self._server_watch:
                self._current = self._current and self.place.is_current()
            elif event.name:
                text = os.fsdecode(event.name)
                closed[text] = closed.get(text, 0) | event.mask
        for name in _in_order(closed, self._foreign.complain):
            self._consider(name, closed[name.text])

    def _consider(self, name: names.RequestName, mask: int) -> None:
        token = (name.token or "").encode()
        if token in self._peers:
            if mask & watch.IN_CREATE:
                self._listen_for_links(False)
        elif not self.place.is_current():
            self._current = False  # what looks foreign may be a lane in the folders that are new
        elif self._is_lane(token):
            # Its client knocks too, unless it has just died.
            self._ring_ourselves(records.record(records.JOIN, token))
        else:
            moved = bool(mask & watch.IN_MOVED_TO)
            self._foreign.look(name, writer_closed=bool(mask & watch.IN_CLOSE_WRITE), whole=moved)

    def _is_lane(self, token: bytes) -> bool:
        """Whether a token is that of a lane that has not joined us (any more)."""
        if len(token) != names.TOKEN_BYTES:
            return False
        lanes = self.place.lanes
        return any(os.access(token + ending, os.F_OK, dir_fd=lanes) for ending in (b".waiting", b".joined"))

    def _listen_for_links(self, listen: bool) -> None:
        """A linked request makes no event but IN_CREATE, and each request of our own lanes makes one too,
        which
        costs more than the request. So while lanes are busy we look ten times a second instead, and listen
        again when they are still."""
        if listen != self._links_are_seen:
            self._links_are_seen = listen
            also = watch.IN_CREATE if listen else 0
            self._inotify.watch(self.place.server, watch.ARRIVALS | also)
            self._served_before = self._served
            self._next_look = time.monotonic() + _BUSY_LOOK_S

    def _look_while_busy(self) -> None:
        if self._served == self._served_before:
            self._listen_for_links(True)
        self._served_before = self._served
        self._next_look = time.monotonic() + _BUSY_LOOK_S
        self._look_at_requests()

    def _look_everywhere(self, rings_lost: bool = False) -> None:
        self._sweep_lanes()
        self._look_at_requests(rings_lost)
        self._foreign.sweep()

    def _look_at_requests(self, rings_lost: bool = False) -> None:
        found = files.listing(self.place.server)
        for name in _in_order(found, self._foreign.complain):
            if rings_lost and (name.token or "").encode() in self._peers:
                self._ring_ourselves(records.record(records.REQUEST, name.text.encode()))
            else:
                self._consider(name, 0)

    def _sweep_lanes(self) -> None:
        """Join the lanes that wait, and remove what the dead have left."""
        lanes = self.place.lanes
        for text in files.listing(lanes):
            stem, _, ending = os.fsencode(text).rpartition(b".")
            if stem in self._peers or not stem:
                continue
            if ending == b"waiting":
                # Not looked at first: to open its bell for a moment only would seem our death to its client.
                self._ring_ourselves(records.record(records.JOIN, stem))
            elif ending == b"joined":
                if _is_dead(os.fsencode(text), lanes):
                    remove_lane(self.place, stem)
            elif stem[:1].isdigit():
                if not os.path.exists(b"/proc/" + stem.partition(b".")[0]):
                    files.remove(os.fsencode(text), lanes)
            elif not self._is_lane(stem):
                files.remove(os.fsencode(text), lanes)

    def _drop(self, peer: Peer) -> None:
        """Its client has closed the lane, or is dead."""
        self._peers.pop(peer.token, None)
        self._bells.pop(peer.bell, None)
        with suppress(OSError):
            self._epoll.unregister(peer.bell)
        peer.close()
        remove_lane(self.place, peer.token)
        self._sweep_lanes()  # others may have died before they joined

    # Either side.

    def _ring_ourselves(self, record: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._bell_out, record)

    def stop(self) -> None:
        """Make `watch` return. From any thread."""
        self._stopping = True
        with suppress(OSError):
            os.write(self._nudge_out, b"!")

    def close(self) -> None:
        """Let go of everything; clients of joined lanes see a POLLHUP."""
        self._stopping = True
        self._crew.end(self._wake_crew)
        for bell in (records.BELL, records.HELP_BELL):
            with suppress(OSError):
                os.unlink(bell, dir_fd=self.place.lanes)
        for peer in list(self._peers.values()):
            peer.close()
        self.forget()

    def forget(self) -> None:
        """Close the descriptors alone: for a forked child, which must not hold them open for its parent."""
        for peer in list(self._peers.values()):
            peer.forget()
        self._epoll.close()
        self._inotify.close()
        self._mounts.close()
        fds, self._fds = self._fds, []
        for fd in fds:
            os.close(fd)


def _in_order(found: Iterable[str], complain: Callable[[str, object], None]) -> list[names.RequestName]:
    requests = []
    for text in found:
        name = names.parse(text)
        if name is None:
            complain(text, "its name is not YYYYMMDDHHMMSS_N, -TOKEN, .EXT")
        else:
            requests.append(name)
    return sorted(requests, key=lambda name: name.order)


def _is_dead(bell: bytes, lanes: int) -> bool:
    try:
        os.close(files.open_safely(bell, lanes, os.O_WRONLY, stat.S_ISFIFO))
    except OSError as error:
        return error.errno == errno.ENXIO
    except files.Unsafe:
        return True
    return False
