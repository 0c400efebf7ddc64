"""A server at one set of folders: its lock, its bell, the lanes that have joined, and what wakes it up.

Files in `server/` are the truth; a bell only says where to look. So whatever a bell did not say (no room, a
garbled record, a client killed before it rang) is found by looking at the folder.
"""

from __future__ import annotations

import fcntl
import os
import select
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Callable

from ramwire.contract import Answer
from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.ramdrive import files, names, records, watch
from ramwire.ramdrive.crew import Crew
from ramwire.ramdrive.foreign import Foreign
from ramwire.ramdrive.lanes import Lanes
from ramwire.ramdrive.lookout import Sight
from ramwire.ramdrive.place import Place

log = Journal(__name__)

_NAME_END = 1 + names.NAME_BYTES
_TOKEN_END = 1 + names.TOKEN_BYTES
_HEAD = records.HEAD_BYTES
_HEAD_END = _HEAD - 1
_BUSY_LOOK_S = 0.1
_MANY_LINKS = 8
"""Within as long: the lanes are busy."""
_LOST = b"?"


class Held(Refused):
    """Another server of ours serves here."""


class Post:
    """Serves from the moment it is made; `watch` must run for all but joined lanes to be served."""

    def __init__(self, place: Place, answer: Answer, stale_s: float) -> None:
        self.place = place
        self._served_before = 0
        self._next_look = 0.0
        self._links_are_seen = True
        self._links = 0
        self._links_since_s = 0.0
        self._current = True
        self._stopping = False
        self._trouble = ""
        self._fds: list[int] = []
        self._sight = Sight(place, self._nudge)
        try:
            self._lock()
            self._open(answer, stale_s)
        except BaseException:
            self._close_fds()
            raise

    def _open(self, answer: Answer, stale_s: float) -> None:
        self._bell_in, self._bell_out, self._bell_drain = self._hang_bell(records.BELL)
        self._help_in, self._help_out, _ = self._hang_bell(records.HELP_BELL)
        self._nudge_in, self._nudge_out = (self._keep(fd) for fd in os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK))
        self._epoll = select.epoll()
        self._watch_folders()
        self._lanes = Lanes(self.place, answer, self._epoll, self._ring_ourselves, self._nudge)
        self._foreign = Foreign(self.place, answer, stale_s)
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
            where = os.fsdecode(self.place.path)
            raise Held(f"{where} is served already, by process {holder}: stop that one first") from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, b"%d\n" % os.getpid(), 0)

    def _hang_bell(self, name: bytes) -> tuple[int, int, int]:
        """A fresh FIFO, so that nothing rung for a server before us is heard; three descriptors: to wait on,
        to write to, and to read from without waiting.
        """
        lanes, hidden = self.place.lanes, self.place.hidden_name(b"bell")
        os.mkfifo(hidden, 0o600, dir_fd=lanes)
        # Read and write: a reader alone would see the end of file whenever the last client leaves.
        bell_in = self._keep(files.open_safely(hidden, lanes, os.O_RDWR, stat.S_ISFIFO))
        bell_out = self._keep(files.open_safely(hidden, lanes, os.O_WRONLY, stat.S_ISFIFO))
        drain = self._keep(files.open_safely(hidden, lanes, os.O_RDONLY, stat.S_ISFIFO))
        os.set_blocking(bell_in, True)
        os.rename(hidden, name, src_dir_fd=lanes, dst_dir_fd=lanes)
        return bell_in, bell_out, drain

    def _watch_folders(self) -> None:
        self._epoll.register(self._nudge_in, select.EPOLLIN)
        self._sight.open()

    # The crew's side: any thread.

    def _wake_crew(self) -> None:
        for bell in (self._bell_out, self._help_out):
            with suppress(BlockingIOError):
                os.write(bell, records.record(records.WAKE))

    def _handle(self, data: bytes) -> None:
        try:
            kind = data[:1]
            if len(data) != records.RECORD_BYTES or data[_HEAD_END:_HEAD] != b"\n":
                self._resynchronise()
            elif kind == records.REQUEST:
                self._lanes.serve(data[1:_NAME_END], records.line_of(data))
            elif kind == records.JOIN:
                self._lanes.join(data[1:_TOKEN_END])
            elif kind != records.WAKE:
                self._resynchronise()
        except OSError as error:
            if not self._stopping:
                log.warning("a request was not served: %s", error)
        except Exception:
            log.exception("a request was not served")

    def _resynchronise(self) -> None:
        log.warning(
            "%s/lanes/bell: something that is no record was written to it", os.fsdecode(self.place.path)
        )
        with suppress(BlockingIOError):
            while os.read(self._bell_drain, 65536):
                pass
        self._nudge(_LOST)

    # The watching side: one thread.

    def watch(self) -> bool:
        """Serve until stopped (True), or until the folders here are not the service's any more (False)."""
        self._carefully(self._look_everywhere)
        self._current = self.place.is_current()  # it may have changed before the watches were set
        while self._current and not self._stopping:
            events = self._epoll.poll(None if self._links_are_seen else _BUSY_LOOK_S)
            if not self._links_are_seen and time.monotonic() >= self._next_look:
                self._carefully(self._look_while_busy)
            for fd, _ in events:
                self._carefully(partial(self._notice, fd))
        return self._stopping

    def _carefully(self, look: Callable[[], object]) -> None:
        try:
            look()
        except (OSError, RuntimeError) as error:
            # No descriptor or no thread is left, say: whatever lies there is looked at again soon.
            if str(error) != self._trouble:
                self._trouble = str(error)
                log.warning("%s could not be looked at: %s", os.fsdecode(self.place.path), error)
            self._look_again_soon()
        else:
            self._trouble = ""

    def _notice(self, fd: int) -> None:
        if fd == self._nudge_in:
            if _LOST in os.read(fd, 65536):
                self._look_everywhere(rings_lost=True)
            self._look_at_arrivals()
            self._lanes.clear_away()
        else:
            self._lanes.drop(fd)

    def _look_at_arrivals(self) -> None:
        closed: dict[str, int] = {}
        for event in self._sight.events():
            if event.mask & watch.IN_Q_OVERFLOW:
                self._look_everywhere()
            elif event.watch != self._sight.server:
                self._current = self._current and self.place.is_current()
            elif event.name:
                text = os.fsdecode(event.name)
                closed[text] = closed.get(text, 0) | event.mask
        for name in _in_order(closed, self._foreign.complain):
            self._consider(name, closed[name.text])

    def _consider(self, name: names.RequestName, mask: int) -> None:
        token = (name.token or "").encode()
        if token in self._lanes:
            if mask & watch.IN_CREATE:
                self._hear_of_link()
        elif not self.place.is_current():
            self._current = False  # what looks foreign may be a lane in the folders that are new
        elif self._lanes.is_waiting_or_old(token):
            # Its client knocks too, unless it has just died.
            self._ring_ourselves(records.record(records.JOIN, token))
        else:
            moved = bool(mask & watch.IN_MOVED_TO)
            self._foreign.look(name, writer_closed=bool(mask & watch.IN_CLOSE_WRITE), whole=moved)

    def _hear_of_link(self) -> None:
        """A lane's own request: nothing to do, but many of them are better not told."""
        now_s = time.monotonic()
        if now_s - self._links_since_s > _BUSY_LOOK_S:
            self._links_since_s = now_s
            self._links = 0
        self._links += 1
        if self._links >= _MANY_LINKS:
            self._listen_for_links(False)

    def _listen_for_links(self, listen: bool) -> None:
        """Choose how requests that are linked in are found.

        They make no event but IN_CREATE, and each request of our own lanes makes one too, which costs more
        than the request. So while lanes are busy we look ten times a second instead, and listen again when
        they are still.
        """
        if listen != self._links_are_seen:
            also = watch.IN_CREATE if listen else 0
            self._sight.listen(watch.ARRIVALS | also)
            self._look_again_soon()
            self._links_are_seen = listen

    def _look_again_soon(self) -> None:
        self._links_are_seen = False
        self._served_before = self._lanes.served
        self._next_look = time.monotonic() + _BUSY_LOOK_S

    def _look_while_busy(self) -> None:
        if self._lanes.served == self._served_before:
            self._listen_for_links(True)
        self._served_before = self._lanes.served
        self._next_look = time.monotonic() + _BUSY_LOOK_S
        self._look_at_requests()

    def _look_everywhere(self, rings_lost: bool = False) -> None:
        self._lanes.sweep()
        self._look_at_requests(rings_lost)
        self._foreign.sweep()

    def _look_at_requests(self, rings_lost: bool = False) -> None:
        found = files.listing(self.place.server)
        for name in _in_order(found, self._foreign.complain):
            if (
                rings_lost
                and len(name.text) == names.NAME_BYTES
                and (name.token or "").encode() in self._lanes
            ):
                self._ring_ourselves(records.record(records.REQUEST, name.text.encode()))
            else:
                self._consider(name, 0)

    # Either side.

    def _ring_ourselves(self, record: bytes) -> None:
        try:
            os.write(self._bell_out, record)
        except BlockingIOError:
            self._look_again_soon()  # whatever it was about lies there

    def _nudge(self, why: bytes = b"!") -> None:
        """Wake the thread that watches."""
        with suppress(BlockingIOError):
            os.write(self._nudge_out, why)

    def stop(self) -> None:
        """Make `watch` return. From any thread."""
        self._stopping = True
        with suppress(OSError):
            self._nudge()

    def close(self) -> None:
        """Let go of everything; clients of joined lanes see a POLLHUP."""
        self._stopping = True
        self._crew.end(self._wake_crew)
        for bell in (records.BELL, records.HELP_BELL):
            with suppress(OSError):
                os.unlink(bell, dir_fd=self.place.lanes)
        self._lanes.close()
        self.forget()

    def forget(self) -> None:
        """Close the descriptors alone: for a forked child, which must not hold them open for its parent."""
        self._lanes.forget()
        self._epoll.close()
        self._close_fds()

    def _close_fds(self) -> None:
        self._sight.close()
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
