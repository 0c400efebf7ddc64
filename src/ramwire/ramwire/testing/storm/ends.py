"""The two programs that are killed: a server, and a client that asks as fast as it can."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Callable

from ramwire.client import Client
from ramwire.errors import ReplyLost, ServerGone, Timeout
from ramwire.server import Server
from ramwire.testing.storm.journal import Journal, Manner

PATIENCE_S = 20.0
"""The timeout of a request that has to get through: servers are back within a fraction of it."""

ASKED_TO_STOP = frozenset((signal.SIGTERM,))
"""Blocked in every thread. A handler is no way to end a wait: one that runs just before it is not noticed."""

THREADS = 2

LONGEST_RUN_S = 0.01
LONGEST_HASTE_S = 0.01
LONGEST_BURST = 8


def serve(url: str, journal: Journal, ready: Callable[[], None]) -> None:
    """Until it is asked to stop."""

    def run(request: str, pause_s: float) -> list[object]:
        journal.ran(request)
        time.sleep(pause_s)
        return [request, os.getpid()]

    def later(request: str, pause_s: float) -> Future[list[object]]:
        journal.ran(request)
        future: Future[list[object]] = Future()
        threading.Timer(pause_s, future.set_result, ([request, os.getpid()],)).start()
        return future

    server = Server(url, verbs={"run": run, "later": later})
    server.start()
    ready()
    signal.sigwait(ASKED_TO_STOP)
    server.stop()


class Caller:
    """Makes requests from several threads over one client, and writes down how each of them ends."""

    def __init__(self, url: str, number: int, journal: Journal) -> None:
        self._client = Client(url, timeout=PATIENCE_S)
        self._number = number
        self._journal = journal
        self._stopping = threading.Event()

    def run(self, ready: Callable[[], None]) -> None:
        """Until it is asked to stop: then what was asked for is awaited, and the client closed."""
        threads = [threading.Thread(target=self._work, args=(thread,)) for thread in range(THREADS)]
        for thread in threads:
            thread.start()
        ready()
        signal.sigwait(ASKED_TO_STOP)
        self._stopping.set()
        for thread in threads:
            thread.join()
        self._client.close()

    def _work(self, thread: int) -> None:
        luck = random.Random(f"{self._number}.{thread}")  # noqa: S311 - luck, not a secret
        habits: Sequence[Callable[[Callable[[], str], random.Random], None]] = (
            self._call,
            self._call,
            self._call,
            self._burst,
            self._hasty,
            self._later,
            self._note,
        )
        sequence = 0

        def name() -> str:
            nonlocal sequence
            sequence += 1
            return f"{self._number}.{thread}.{sequence}"

        while not self._stopping.is_set():
            luck.choice(habits)(name, luck)

    def _call(self, name: Callable[[], str], luck: random.Random) -> None:
        self._ask(name(), "call", PATIENCE_S, _pause_s(luck))

    def _hasty(self, name: Callable[[], str], luck: random.Random) -> None:
        self._ask(name(), "hasty", luck.uniform(0, LONGEST_HASTE_S), _pause_s(luck))

    def _later(self, name: Callable[[], str], luck: random.Random) -> None:
        self._ask(name(), "later", PATIENCE_S, _pause_s(luck))

    def _ask(self, request: str, manner: Manner, timeout_s: float, pause_s: float) -> None:
        self._journal.begun(request, manner, timeout_s)
        verb = "later" if manner == "later" else "run"
        self._end(request, lambda: self._client.call(verb, request, pause_s, timeout=timeout_s))

    def _burst(self, name: Callable[[], str], luck: random.Random) -> None:
        ended = threading.Semaphore(0)
        requests = [name() for _ in range(luck.randint(2, LONGEST_BURST))]
        for request in requests:
            self._journal.begun(request, "submit", PATIENCE_S)
            answer = self._client.submit("run", request, _pause_s(luck))
            # Noted at the moment when it ends, not when one would come to look.
            answer.add_done_callback(partial(self._end_and_tell, request, ended))
        for _ in requests:
            ended.acquire()

    def _note(self, name: Callable[[], str], luck: random.Random) -> None:
        request = name()
        self._journal.begun(request, "note", PATIENCE_S)

        def notify() -> None:
            self._client.notify("run", request, _pause_s(luck))

        self._end(request, notify)

    def _end_and_tell(self, request: str, ended: threading.Semaphore, answer: Future[Any]) -> None:
        self._end(request, answer.result)
        ended.release()

    def _end(self, request: str, outcome: Callable[[], Any]) -> None:
        try:
            value = outcome()
        except Timeout as error:
            self._journal.ended(request, "Timeout" if error.may_have_run else "withdrawn")
        except (ServerGone, ReplyLost) as error:
            self._journal.ended(request, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of the wire, for the verdict
            self._journal.ended(request, type(error).__name__)
            traceback.print_exc()
        else:
            if value is None:
                self._journal.ended(request, "taken")
            elif value[0] == request:
                self._journal.ended(request, "value", value[1])
            else:
                self._journal.ended(request, "wrong")


def _pause_s(luck: random.Random) -> float:
    return luck.uniform(0, LONGEST_RUN_S) if luck.random() < 0.3 else 0.0
