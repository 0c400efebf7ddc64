"""Brings the answers that come later: a thread, so that whoever resolves a future does not wait for Redis."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future
from queue import SimpleQueue
from typing import Any, Optional

from ramwire.errors import Refused
from ramwire.redis.desk import Desk, check_answer
from ramwire.redis.entries import Request
from ramwire.redis.link import Late, Link, Lost

_CONNECT_S = 5.0
_FIRST_TRY_S = 0.05
_LAST_TRY_S = 1.0


class Postman:
    """Starts with the first answer that comes later."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._is_started = False
        self._answers: SimpleQueue[Optional[list[bytes]]] = SimpleQueue()
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
        self._answers.put(answer)
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
            answer = self._answers.get()
            if answer is None or not self._bring(answer):
                break
        if self._link is not None:
            self._link.close()

    def _bring(self, answer: list[bytes]) -> bool:
        """False where the server has been stopped."""
        pause_s = _FIRST_TRY_S
        while not self._desk.stopped.is_set():
            deadline = time.monotonic() + _CONNECT_S
            try:
                if self._link is None:
                    link = Link(self._desk.address, "server")
                    link.connect(deadline)
                    self._link = link
                check_answer(self._desk.address.shown, self._link.exchange(deadline, *answer))
            except (Lost, Late, Refused):
                link, self._link = self._link, None  # type: ignore[assignment]
                if link is not None:
                    link.close()
                self._desk.stopped.wait(pause_s)
                pause_s = min(2 * pause_s, _LAST_TRY_S)
            else:
                return True
        return False
