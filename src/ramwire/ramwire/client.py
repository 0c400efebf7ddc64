"""The client: calls, submitted calls and notes over a wire."""

from __future__ import annotations

import os
import time
import weakref
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ramwire import line as lines
from ramwire import registry
from ramwire.outbox import Job, Outbox

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

T = TypeVar("T")


class Client:
    """Calls the verbs of the server at an address; the server may come later, and may come back.

    May be used by many threads at once, and in a process that forks. Every call ends by its timeout, in a
    value or in a `WireError`.

    In order: calls of one thread, and whatever was submitted, start in the order sent. Calls that wait in
    different threads hold up nobody but their own thread.
    """

    def __init__(self, url: str, timeout: float = 2.0) -> None:
        """Only checks the address: whether a server is there shows at the first call. `timeout` is in
        seconds.
        """
        self.timeout_s = timeout
        self._wire = registry.client_wire(url)
        self.url = self._wire.url.text  # without a password
        self._outbox = Outbox()
        _clients.add(self)

    def call(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> Any:
        """The value that the verb returns. `timeout` (seconds) is this call's own, not the verb's."""
        line = lines.encode(verb, args, named)
        deadline = time.monotonic() + (self.timeout_s if timeout is None else timeout)
        if not self._outbox.busy:
            return self._wire.call(line, deadline)
        answer = self._enqueue(line, deadline)
        try:
            return answer.result()
        except BaseException:
            answer.cancel()  # interrupted (Ctrl-C) while it waited for its turn: it is never sent
            raise

    def submit(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> Future[Any]:
        """The future of the verb's value. The timeout runs from now on, the wait for earlier requests
        included.

        Cancelled before it was sent, it is never sent.
        """
        line = lines.encode(verb, args, named)
        return self._enqueue(line, time.monotonic() + (self.timeout_s if timeout is None else timeout))

    def notify(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> None:
        """Returns when a server has taken the request; what the verb returns or raises is not told.

        Raises `Timeout` where none took it in time: then it never runs.
        """
        taken = self.submit_note(verb, *args, timeout=timeout, **named)
        try:
            taken.result()
        except BaseException:
            taken.cancel()
            raise

    def submit_note(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> Future[None]:
        """`notify` without waiting: the future resolves when a server has taken the request."""
        line = lines.encode(verb, args, named)
        deadline = time.monotonic() + (self.timeout_s if timeout is None else timeout)
        taken: Future[None] = _new_future()

        def run(job: Job) -> None:
            del job
            if not taken.set_running_or_notify_cancel():
                return
            try:
                self._wire.notify(line, deadline, lambda: taken.set_result(None))
            except BaseException as error:  # noqa: BLE001 - whatever it was, the caller gets it
                if not taken.done():  # once taken, the rest is nobody's
                    taken.set_exception(error)

        self._outbox.put(Job(run, deadline, _failing(taken)))
        return taken

    def ping(self, timeout: float | None = None) -> float:
        """The handshake: seconds until a server had taken it."""
        begin = time.monotonic()
        self._wire.ping(begin + (self.timeout_s if timeout is None else timeout))
        return time.monotonic() - begin

    def close(self) -> None:
        """End the calls in progress (`Refused`), and remove what this client has made on the wire."""
        self._wire.close()
        self._outbox.close()

    def _forget(self) -> None:
        """In a forked child: what the parent has queued is sent by the parent, whose threads are not here."""
        self._outbox = Outbox()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _enqueue(self, line: bytes, deadline: float) -> Future[Any]:
        future: Future[Any] = _new_future()

        def run(job: Job) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                value = self._wire.call(line, deadline, job.finish)
            except BaseException as error:  # noqa: BLE001 - whatever it was, the caller gets it
                future.set_exception(error)
            else:
                future.set_result(value)

        self._outbox.put(Job(run, deadline, _failing(future)))
        return future


def _new_future() -> Future[Any]:
    from concurrent.futures import Future  # noqa: PLC0415 - slow to import, and who only calls needs none

    return Future()


def _failing(future: Future[T]) -> Callable[[BaseException], None]:
    def fail(error: BaseException) -> None:
        if future.set_running_or_notify_cancel():
            future.set_exception(error)

    return fail


_clients: weakref.WeakSet[Client] = weakref.WeakSet()


def _forget_parents() -> None:
    for client in list(_clients):
        client._forget()


os.register_at_fork(after_in_child=_forget_parents)
