"""The server: verbs, and the wire that brings requests to them."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast, overload

from ramwire import registry
from ramwire.contract import PLAIN, as_future
from ramwire.errors import Refused
from ramwire.journal import Journal
from ramwire.verbs import Function, Verbs

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

log = Journal(__name__)

F = TypeVar("F", bound=Callable[..., object])


class Server:
    """Serves verbs at an address.

    >>> server = Server("ramdrive:/dev/shm/alice")
    >>> @server.verb
    ... def add(a, b):
    ...     return a + b
    >>> server.run()  # doctest: +SKIP

    Verbs run in threads of the server's own: the requests of one client one after the other, those of
    different clients side by side. A verb may return a `concurrent.futures.Future` or an awaitable: it is
    answered when that resolves, and holds up nobody in between. Awaitables run in one event loop, in a thread
    of its own.
    """

    def __init__(self, url: str, *, verbs: Mapping[str, Function] | None = None) -> None:
        """Does nothing yet but check the address. `verbs` are served beside those added by `verb`."""
        self._verbs = Verbs()
        self._wire = registry.server_wire(url, self._answer)
        self.url = self._wire.url.text  # without a password
        self._ended_by: Refused | None = None
        self._waited_for = False
        self._thread: threading.Thread | None = None
        self._end = _End()
        for name, function in (verbs or {}).items():
            self._verbs.add(name, function)

    @overload
    def verb(self, function: F) -> F: ...

    @overload
    def verb(self, *, name: str) -> Callable[[F], F]: ...

    def verb(self, function: F | None = None, *, name: str | None = None) -> F | Callable[[F], F]:
        """Serve a function: under its own name as `@server.verb`, or another as
        `@server.verb(name="job.start")`.
        """

        def add(function: F) -> F:
            self._verbs.add(name or function.__name__, function)
            return function

        return add if function is None else add(function)

    @property
    def verbs(self) -> Mapping[str, Function]:
        """What is served: name to function."""
        return self._verbs

    def run(self) -> None:
        """Serve in this thread until `stop`, or until an exception (KeyboardInterrupt) reaches it.

        Raises `Refused` if another server holds the address (the text names its pid) or its folder is not
        safe.
        """
        self._wire.open()
        try:
            self._wire.serve()
        finally:
            self._wire.stop()

    def start(self) -> None:
        """Serve in a thread of its own; when this returns, requests are taken. Raises as `run` does."""
        if self._thread is not None:
            raise Refused(f"{self.url}: this server has been started already")
        self._wire.open()
        thread = threading.Thread(target=self._serve, name="ramwire-server", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self._wire.stop()
            raise Refused(f"{self.url}: the system has no thread left to serve it: {error}") from error
        self._thread = thread

    def wait(self) -> None:
        """After `start`: until the server has stopped. Raises what ended it, as `run` does."""
        self._waited_for = True
        if self._thread is not None:
            self._end.wait()
        if self._ended_by is not None:
            raise self._ended_by

    def stop(self) -> None:
        """Take no more requests, and remove what this server has made. From any thread, a verb's too, and
        from a signal's handler.
        """
        self._wire.stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._end.wait()

    def _serve(self) -> None:
        try:
            self._wire.serve()
        except Refused as error:
            # Its folders were replaced, and another server has the new ones.
            self._ended_by = error
            if not self._waited_for:
                log.error("%s is not served any more: %s", self.url, error)
        finally:
            self._end.tell()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answer(self, line: bytes) -> object:
        value = self._verbs.run(line)
        if type(value) in PLAIN:
            return value
        later = as_future(value)
        if later is not None:
            return _shielded(later)
        return self._in_loop(cast("Awaitable[Any]", value)) if hasattr(type(value), "__await__") else value

    def _in_loop(self, value: Awaitable[Any]) -> Future[Any]:
        from ramwire import loop  # noqa: PLC0415 - asyncio is slow to import, and few servers need it

        return loop.resolve(value)


class _End:
    """That a server has stopped. A signal's handler may wait for it in the midst of another wait of the same
    thread: `Thread.join` and `threading.Event` would then wait for themselves.
    """

    def __init__(self) -> None:
        self._over = False
        self._waiting: list[threading.Lock] = []

    def tell(self) -> None:
        self._over = True
        for lock in list(self._waiting):
            lock.release()

    def wait(self) -> None:
        lock = threading.Lock()
        lock.acquire()
        self._waiting.append(lock)
        if not self._over:
            lock.acquire()


def _shielded(future: Future[Any]) -> Future[Any]:
    """A future of the same outcome.

    A wire cancels what nobody waits for any more. The verb's own future, which its owner will resolve, is
    not to be cancelled under its hands.
    """
    from concurrent.futures import Future  # noqa: PLC0415 - it is there by now

    outer: Future[Any] = Future()

    def copy(inner: Future[Any]) -> None:
        if not outer.set_running_or_notify_cancel():
            return
        try:
            outer.set_result(inner.result())
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is the answer
            outer.set_exception(error)

    future.add_done_callback(copy)
    return outer
