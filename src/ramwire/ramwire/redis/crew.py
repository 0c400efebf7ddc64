"""The threads that take requests: each has a connection, on which Redis hands it one request at a time.

Whoever is handed one takes it out of the stream, runs it and answers it. Where all of them have been busy for
a moment one more comes, so that a slow verb holds up no other client; that is seen by a thread that rests
while nothing is asked. (Two that wait at Redis are handed requests in turns, which is slower than one.)
"""

from __future__ import annotations

import threading
import time

from ramwire.contract import as_future
from ramwire.errors import BadMessage, Refused, WireError
from ramwire.journal import Journal
from ramwire.line import HELLO
from ramwire.redis import replies
from ramwire.redis.desk import Desk, check_answer
from ramwire.redis.entries import DONE, LATER, TAKEN, Request, id_and_fields, read_request
from ramwire.redis.keys import GROUP
from ramwire.redis.link import Complaint, Late, Link, Lost, command
from ramwire.redis.postman import Letter, Postman

log = Journal(__name__)

_MOST_THREADS = 128
_MOST_IDLE = 8
_MOMENT_S = 0.02
_CONNECT_S = 5.0
_FIRST_TRY_S = 0.05
_LAST_TRY_S = 1.0


class Stale(WireError):
    """A request that another program has left, and that nobody took in time."""


class Crew:
    """As many threads as have something to do, and one more."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._postman = Postman(desk)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._threads = 0
        self._idle = 0
        self._taken = 0  # how many requests so far
        self._lookout: threading.Thread | None = None
        self._is_looking = False
        self._links: set[Link] = set()
        self._take = command(
            *(b"XREADGROUP", b"GROUP", GROUP, desk.token, b"COUNT", b"1", b"BLOCK", b"0"),
            *(b"STREAMS", desk.keys.requests, b">"),
        )

    def start(self) -> None:
        with self._lock:
            self._add()

    def stop(self) -> None:
        """Take no more. Who runs a verb goes on to its end."""
        with self._lock:
            links = list(self._links)
            self._changed.notify_all()
        for link in links:
            link.shut()
        self._postman.stop()

    def forget(self) -> None:
        """In a forked child, which has none of the threads."""
        for link in list(self._links):
            link.close()
        self._postman.forget()

    def _add(self) -> None:
        self._threads += 1
        self._idle += 1
        try:
            threading.Thread(target=self._work, name="ramwire-redis", daemon=True).start()
        except RuntimeError as error:  # no thread is left: the requests wait
            self._threads -= 1
            self._idle -= 1
            if not self._threads:
                raise Refused(
                    f"{self._desk.address.shown}: no thread can be had to serve: {error}"
                ) from error

    def _begin(self) -> None:
        with self._lock:
            self._idle -= 1
            self._taken += 1
            if self._is_looking:
                return
            self._is_looking = True
            if self._lookout is None:
                self._lookout = threading.Thread(target=self._look_out, name="ramwire-lookout", daemon=True)
                self._lookout.start()
            self._changed.notify()

    def _look_out(self) -> None:
        """Add a thread each time that nobody has waited at Redis, and nothing was taken, for a moment."""
        seen = -1
        with self._lock:
            while not self._desk.stopped.is_set():
                is_quiet, seen = self._taken == seen, self._taken
                if is_quiet and (self._idle or self._threads >= _MOST_THREADS):
                    self._is_looking = False
                    self._changed.wait()
                    continue
                if is_quiet:
                    self._add()
                self._changed.wait(_MOMENT_S)

    def _work(self) -> None:
        owed: list[Letter] = []
        pause_s = _FIRST_TRY_S
        while not self._desk.stopped.is_set():
            link = Link(self._desk.address, "server")
            with self._lock:
                self._links.add(link)
            try:
                link.connect(time.monotonic() + _CONNECT_S)
                pause_s = _FIRST_TRY_S
                while self._serve_one(link, owed):
                    pass
                break
            except Exception as error:
                if not isinstance(error, (Lost, Late, Refused)):  # of these the sign tells, once
                    log.exception("%s: a request could not be served", self._desk.address.shown)
                self._desk.stopped.wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            finally:
                with self._lock:
                    self._links.discard(link)
                link.close()
        with self._lock:
            self._threads -= 1

    def _serve_one(self, link: Link, owed: list[Letter]) -> bool:
        """Send what is owed, and serve the next request. False where this thread is not needed any more."""
        stopped, is_leaving = self._desk.stopped.is_set(), False
        if not stopped:
            is_leaving = self._may_leave()
        commands = [command for letter in owed for command in letter.commands]
        link.send(b"".join(commands) if stopped or is_leaving else b"".join([*commands, self._take]))
        said = [_received(link) for _ in commands]
        if not check_answer(self._desk.address.shown, said):
            self._postman.put(owed[0])
        owed.clear()
        if stopped or is_leaving:
            return False
        handed = _received(link)
        if isinstance(handed, Complaint):
            self._make_group(link, handed)
            return True
        for entry in replies.entries_in(handed):
            self._begin()
            try:
                owed.append(self._handle(link, entry))
            finally:
                with self._lock:
                    self._idle += 1
        return True

    def _may_leave(self) -> bool:
        with self._lock:
            if self._idle <= _MOST_IDLE:
                return False
            self._idle -= 1
            return True

    def _make_group(self, link: Link, error: Complaint) -> None:
        """Redis has lost the stream, or somebody has removed it."""
        if error.code not in ("NOGROUP", "UNBLOCKED"):
            log.warning("%s: no requests can be read: %s", self._desk.address.shown, error)
            raise Lost(str(error)) from error
        link.exchange(time.monotonic() + _CONNECT_S, make_group(self._desk))

    def _handle(self, link: Link, entry: object) -> Letter:
        """Take it and run it. What is owed to its sender then."""
        id_, fields = id_and_fields(entry)
        try:
            request = read_request(id_, fields)
        except BadMessage as error:
            if fields:
                log.warning("%s: a request is passed over: %s", self._desk.address.shown, error)
            remove = command(b"XDEL", self._desk.keys.requests, id_)
            return Letter(None, [remove, self._desk.settled(id_)])
        return Letter(request, self._answer(link, request))

    def _answer(self, link: Link, request: Request) -> list[bytes]:
        id_ = request.id
        try:
            if not self._claims(link, request):
                return [self._desk.settled(id_)]
        except Stale as error:
            return self._desk.failure(request, error)
        if request.line.rstrip() == HELLO.rstrip():
            return (
                self._desk.closing(request, TAKEN, b"1")
                if request.is_waited_for
                else [self._desk.settled(id_)]
            )
        self._desk.begin(request)
        if request.is_note:
            link.exchange(time.monotonic() + _CONNECT_S, *self._desk.reply(request, TAKEN, b"1"))
        return self._run(request)

    def _claims(self, link: Link, request: Request) -> bool:
        """Whether it is ours to run: still in the stream, and still wanted. Raises `Stale`."""
        keys, soon = self._desk.keys, time.monotonic() + _CONNECT_S
        take = command(b"XDEL", keys.requests, request.id)
        if request.is_waited_for:
            listen = command(b"PUBSUB", b"NUMSUB", keys.reply(request.token))
            taken, listening = link.exchange(soon, take, listen)
            return taken == 1 and replies.listeners(listening) > 0
        taken, now = link.exchange(soon, take, command(b"TIME"))
        age_s = _age_s(request.id, now)
        if taken == 1 and age_s > self._desk.address.stale_s:
            raise Stale(f"it lay for {age_s:.0f} s before a server took it, and was not run")
        return taken == 1

    def _run(self, request: Request) -> list[bytes]:
        desk = self._desk
        try:
            value = desk.answer(request.line)
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is the answer
            desk.end(request)
            return desk.closing(request, DONE, b"1") if request.is_note else desk.failure(request, error)
        later = as_future(value)
        if request.is_note or later is None:
            desk.end(request)
            return desk.closing(request, DONE, b"1") if request.is_note else desk.outcome(request, value)
        desk.defer(request, later)
        later.add_done_callback(lambda done: self._postman.post(request, done))
        return desk.reply(request, LATER, b"1") if request.is_waited_for else []


def make_group(desk: Desk) -> bytes:
    """From the stream's beginning: requests that wait are kept."""
    return command(b"XGROUP", b"CREATE", desk.keys.requests, GROUP, b"0", b"MKSTREAM")


def _received(link: Link) -> object:
    try:
        return link.receive()
    except Complaint as error:
        return error


def _age_s(id_: bytes, now: object) -> float:
    """How long ago Redis has given the id; it may have been chosen by its sender."""
    try:
        seconds, microseconds = now  # type: ignore[misc]
        return float(int(seconds) + int(microseconds) / 1e6 - int(id_.partition(b"-")[0]) / 1000)  # type: ignore[has-type]
    except (TypeError, ValueError):
        return 0.0
