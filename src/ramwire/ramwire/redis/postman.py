"""Brings answers that come later: a thread, so that whoever resolves a future does not wait for Redis."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future
from queue import SimpleQueue
from typing import Any, NamedTuple, Optional

from ramwire.errors import Refused
from ramwire.redis import replies
from ramwire.redis.desk import Desk, check_answer
from ramwire.redis.entries import Request
from ramwire.redis.link import Late, Link, Lost, command

_CONNECT_S = 5.0
_FIRST_TRY_S = 0.05
_LAST_TRY_S = 1.0


class Letter(NamedTuple):
    """The commands that bring an answer; `request` is None where nobody is to get one."""

    request: Optional[Request]
    commands: list[bytes]


class Postman:
    """Starts with the first letter that he is given."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._is_started = False
        self._answers: SimpleQueue[Optional[Letter]] = SimpleQueue()
        self._link: Link | None = None

    def post(self, request: Request, done: Future[Any]) -> None:
        """Bring the outcome of a future to whoever asked."""
        try:
            answer = self._desk.outcome(request, done.result())
        except CancelledError as error:
            answer = self._desk.failure(request, error)
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is the answer
            answer = self._desk.failure(request, error)
        self._desk.end(request)
        if self._desk.stopped.is_set():
            return
        self.put(Letter(request, answer))

    def put(self, letter: Letter) -> None:
        """Bring a letter, again where the client's stream was not there."""
        self._answers.put(letter)
        with self._lock:
            if not self._is_started:
                threading.Thread(target=self._work, name="ramwire-postman", daemon=True).start()
                self._is_started = True

    def stop(self) -> None:
        self._answers.put(None)
        link = self._link
        if link is not None:
            link.shut()

    def forget(self) -> None:
        """In a forked child, which has not the thread."""
        if self._link is not None:
            self._link.close()

    def _work(self) -> None:
        while True:
            letter = self._answers.get()
            if letter is None or not self._bring(letter):
                break
        if self._link is not None:
            self._link.close()

    def _bring(self, letter: Letter) -> bool:
        """False where the server has been stopped."""
        pause_s = _FIRST_TRY_S
        while not self._desk.stopped.is_set():
            deadline = time.monotonic() + _CONNECT_S
            try:
                if self._link is None:
                    link = Link(self._desk.address, "server")
                    link.connect(deadline)
                    self._link = link
                said = self._link.exchange(deadline, *letter.commands)
                if not check_answer(self._desk.address.shown, said) and letter.request is not None:
                    self._bring_anew(self._link, letter.request, letter, deadline)
            except (Lost, Late, Refused):
                link, self._link = self._link, None  # type: ignore[assignment]
                if link is not None:
                    link.close()
                self._desk.stopped.wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            else:
                return True
        return False

    def _bring_anew(self, link: Link, request: Request, letter: Letter, deadline: float) -> None:
        """Redis may forget the stream of a client that still waits: its clock was set forward, for one."""
        key = self._desk.keys.reply(request.token)
        (listening,) = link.exchange(deadline, command(b"PUBSUB", b"NUMSUB", key))
        if replies.listeners(listening):
            link.exchange(deadline, *self._desk.renewal(request), *letter.commands)
