"""A server at one shared file: it alone reads and writes it for this end, in one thread.

The answers that are ready are written together, so that many cost one turn at the lock.
"""

from __future__ import annotations

import fcntl
import os
import select
import stat
import sys
import threading
import time
from collections import deque
from contextlib import ExitStack, suppress

from ramwire.contract import Answer
from ramwire.errors import Refused, ServerGone
from ramwire.journal import Journal
from ramwire.jsonfile import document, records
from ramwire.jsonfile.document import Answered, Taken, TooLarge
from ramwire.jsonfile.guests import Guests
from ramwire.jsonfile.lock import Held
from ramwire.jsonfile.place import Place
from ramwire.jsonfile.shared import Moved, SharedFile
from ramwire.jsonfile.strangers import Strangers
from ramwire.jsonfile.turn import Turn, put
from ramwire.jsonfile.watch import Watch
from ramwire.jsonfile.work import Job, Work
from ramwire.ramdrive import files

log = Journal(__name__)

_ALL = sys.maxsize
_LOCK_PATIENCE_S = 0.2
_TRY_AGAIN_S = 1.0
_PARTING_S = 0.5
_SHORT_CHARACTERS = 200


class Served(Refused):
    """Another server of ours serves here."""


class Desk:
    """Holds the file from the moment it is made; `watch` serves."""

    def __init__(self, place: Place, answer: Answer, stale_s: float) -> None:
        self.place = place
        self._shared = SharedFile(place)
        self._work = Work(answer, self._finished)
        self._strangers = Strangers(Taken(os.getpid(), os.urandom(4).hex()), stale_s)
        self._answers: deque[tuple[Job, Answered]] = deque()
        self._gone: set[str] = set()
        self._stopping = False
        self._is_closed = False
        self._has_news = True
        self._again_s: float | None = None
        self._has_swept = False
        self._most_answers = _ALL
        self._trouble = ""
        self._closing = threading.RLock()  # a signal's handler may call `stop` in the midst of `stop`
        with ExitStack() as undo:
            self._opened = undo
            self._lock()
            self._open()
            self._opened = undo.pop_all()

    def _keep(self, fd: int) -> int:
        self._opened.callback(os.close, fd)
        return fd

    def _lock(self) -> None:
        beside = self.place.beside
        fd = self._lock_fd = self._keep(
            os.open(b"lock", os.O_CREAT | os.O_RDWR | files.SAFE, 0o600, dir_fd=beside)
        )
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Served(
                f"{self.place.path} is served already, by process {holder}: stop that one first"
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, b"%d\n" % os.getpid(), 0)

    def _open(self) -> None:
        beside, hidden = self.place.beside, b"serving.new"
        files.remove(hidden, beside)
        os.mkfifo(hidden, 0o600, dir_fd=beside)
        # Whoever can open it for writing knows that a server reads it; nobody writes into it.
        self._keep(files.open_safely(hidden, beside, os.O_RDONLY, stat.S_ISFIFO))
        os.rename(hidden, b"serving", src_dir_fd=beside, dst_dir_fd=beside)
        self._nudge_in, self._nudge_out = (self._keep(fd) for fd in os.pipe())
        self._watch = Watch(self.place)
        self._opened.callback(self._watch.close)
        self._epoll = select.epoll()
        self._opened.callback(self._epoll.close)
        self._epoll.register(self._watch.changes, select.EPOLLIN)
        if not os.path.ismount(os.path.dirname(self.place.path)):
            # Otherwise each mount on the machine would wake an idle server for nothing.
            self._epoll.register(self._watch.mounts, select.EPOLLPRI)
        self._epoll.register(self._nudge_in, select.EPOLLIN)
        self._guests = Guests(self.place, self._epoll)
        # A client that is not ours expects to find the file; where its lock is held, `watch` tries again.
        with suppress(Held, Moved), self._shared.commands(time.monotonic() + _LOCK_PATIENCE_S):
            pass

    # Any thread.

    def stop(self) -> None:
        """Make `watch` return."""
        self._stopping = True
        self._nudge()

    def _finished(self, job: Job, answered: Answered) -> None:
        self._answers.append((job, answered))
        self._nudge()

    def _nudge(self) -> None:
        with self._closing:
            if not self._is_closed:  # its number may be another file's by then
                os.write(self._nudge_out, b"!")

    # One thread.

    def watch(self) -> bool:
        """Serve until stopped (True), or until the file lies elsewhere (False)."""
        while not self._stopping:
            if self._has_news or self._answers or self._gone or self._strangers.next_prune_s() == 0:
                self._serve()
            if not self.place.is_current():
                return False
            events = self._epoll.poll(self._patience_s())
            for fd, _ in events:
                self._notice(fd)
        return True

    def _patience_s(self) -> float | None:
        if self._again_s is not None:
            return self._again_s
        return self._strangers.next_prune_s()

    def _notice(self, fd: int) -> None:
        if fd == self._watch.changes:
            if self._watch.drain():
                self._has_news = self._has_news or self._peek()
        elif fd == self._nudge_in:
            os.read(fd, 65536)
        elif fd != self._watch.mounts:
            seat = self._guests.drop(fd)
            if seat is not None:
                self._gone.add(seat)
                self._has_swept = False  # others may have died before they joined

    def _peek(self) -> bool:
        """Whether there is something new. Most changes are a client's that has got its answer: that is seen
        without the lock.
        """
        try:
            self._watch.arm()
        except OSError:
            return True  # `_serve` meets the same, and says so
        seen = self._shared.peek()
        running = self._work.running
        return seen is None or any(
            uuid not in running and not entry.is_answered for uuid, entry in seen.entries.items()
        )

    def _serve(self) -> None:
        """Do all that is to be done with the file, under one lock."""
        count = min(len(self._answers), self._most_answers)
        turn = Turn([self._answers.popleft() for _ in range(count)], self._gone)
        self._has_news, self._gone = False, set()
        was_broken = self._shared.times_broken
        try:
            self._watch.arm()
            if not self._has_swept:
                self._guests.sweep()
                self._has_swept = True
            deadline = time.monotonic() + _LOCK_PATIENCE_S
            with self._shared.commands(deadline, self._watch.replaced) as commands:
                turn.take(commands, self._shared.written_s, self._guests, self._strangers, self._work)
        except Held:
            self._put_back(turn, 0.05)
        except Moved:
            self._put_back(turn, None)  # `watch` looks, and ends
        except TooLarge as error:
            self._shrink(turn, error)
        except (Refused, OSError, RuntimeError) as error:
            self._complain(turn, error)
        else:
            self._written(turn)
        for job in turn.claimed:
            self._work.start(job)
        if self._shared.times_broken != was_broken:
            self._guests.look()

    def _written(self, turn: Turn) -> None:
        self._again_s, self._trouble = None, ""
        if not self._answers:
            self._most_answers = _ALL
        for job, _ in turn.answers:
            self._work.running.pop(job.uuid, None)
            job.ring(records.ANSWERED)
        for job in turn.taken:
            self._work.start(job)

    def _put_back(self, turn: Turn, again_s: float | None) -> None:
        self._answers.extendleft(reversed(turn.answers))
        self._gone |= turn.gone
        self._has_news = True
        self._again_s = again_s

    def _shrink(self, turn: Turn, error: TooLarge) -> None:
        """The answers made the file too large: one by one it shows which, and that one is an error."""
        if len(turn.answers) > 1:
            self._most_answers = 1
            self._put_back(turn, 0.0)
        elif turn.answers and not _is_short(turn.answers[0][1]):
            turn.answers = [(turn.answers[0][0], document.failure(error))]
            self._put_back(turn, 0.0)
        else:
            self._complain(turn, error)

    def _complain(self, turn: Turn, error: Exception) -> None:
        """No room, no descriptor left, a lock file that is none: tried again each second while it lasts."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            log.warning("%s cannot be written: %s", self.place.path, error)
        kept = []
        for job, answered in turn.answers:
            if job.guest is None:
                kept.append((job, answered))
            else:
                self._work.running.pop(job.uuid, None)
                job.ring(records.NO_ROOM)
        turn.answers = kept
        self._put_back(turn, _TRY_AGAIN_S)

    def close(self) -> None:
        """Let go of the file; clients of ours see a POLLHUP, others are told."""
        self._stopping = True
        self._work.stop()
        self._part()
        self._guests.close()
        with suppress(OSError):
            os.unlink(b"serving", dir_fd=self.place.beside)
        with self._closing:
            self._is_closed = True
            # By name: a child that was forked this moment may not have closed its copy yet.
            fcntl.flock(self._lock_fd, fcntl.LOCK_UN)
            self._opened.close()

    def _part(self) -> None:
        over = document.failure(ServerGone("the server was stopped before the verb had ended"))
        left = [(job, over) for job in list(self._work.running.values()) if job.guest is None]
        answers = list(self._answers)
        if left or answers:
            with suppress(Held, Moved, Refused, OSError):
                with self._shared.commands(time.monotonic() + _PARTING_S) as commands:
                    for job, answered in left + answers:
                        put(commands, job, answered)
                for job, _ in answers:
                    job.ring(records.ANSWERED)

    def forget(self) -> None:
        """Close the descriptors alone: for a forked child, which must not hold them open for its parent."""
        self._guests.forget()
        self._opened.close()


def _is_short(answered: Answered) -> bool:
    """Whether it takes no more room than an error that would say that there is none."""
    text = answered.value
    return answered.field == "error" and isinstance(text, str) and len(text) <= _SHORT_CHARACTERS
