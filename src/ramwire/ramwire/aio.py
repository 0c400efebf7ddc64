"""Client and Server for those who live in asyncio. What is promised is the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast, overload

from ramwire.client import Client
from ramwire.server import Server
from ramwire.verbs import Function

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from types import TracebackType

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


class AsyncClient:
    """`ramwire.Client`, awaited. All requests of one AsyncClient run in the order sent, whichever task sent
    them.
    """

    def __init__(self, url: str, timeout: float = 2.0) -> None:
        self._client = Client(url, timeout)
        self.url = self._client.url

    async def call(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> Any:
        """As `Client.call`. Cancelled while it waits for its turn, it is never sent; later, its answer is
        dropped.
        """
        return await asyncio.wrap_future(self._client.submit(verb, *args, timeout=timeout, **named))

    async def notify(self, verb: str, *args: Any, timeout: float | None = None, **named: Any) -> None:
        """As `Client.notify`."""
        await asyncio.wrap_future(self._client.submit_note(verb, *args, timeout=timeout, **named))

    async def ping(self, timeout: float | None = None) -> float:
        """As `Client.ping`."""
        return await _in_thread(lambda: self._client.ping(timeout))

    async def close(self) -> None:
        """As `Client.close`."""
        await _in_thread(self._client.close)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncServer:
    """`ramwire.Server`, whose verbs, plain or `async def`, all run in the event loop that it is started from.

    A plain verb that takes its time holds up that loop, as anywhere in asyncio.
    """

    def __init__(self, url: str, *, verbs: Mapping[str, Function] | None = None) -> None:
        self._server = Server(url)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.url = self._server.url
        for name, function in (verbs or {}).items():
            self.verb(name=name)(function)

    @overload
    def verb(self, function: F) -> F: ...

    @overload
    def verb(self, *, name: str) -> Callable[[F], F]: ...

    def verb(self, function: F | None = None, *, name: str | None = None) -> F | Callable[[F], F]:
        """As `Server.verb`."""

        def add(function: F) -> F:
            self._server.verb(name=name or function.__name__)(self._in_loop(function))
            return function

        return add if function is None else add(function)

    async def run(self) -> None:
        """Serve until `stop`, or until the task is cancelled. Raises as `Server.run` does."""
        async with self:
            await _in_thread(self._server.wait)

    async def start(self) -> None:
        """When this returns, requests are taken."""
        self._loop = asyncio.get_running_loop()
        await _in_thread(self._server.start)

    async def stop(self) -> None:
        """As `Server.stop`."""
        await _in_thread(self._server.stop)

    async def __aenter__(self) -> AsyncServer:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _in_loop(self, function: F) -> Function:
        """The verb as the wire's threads see it: it starts in the loop, and its answer comes later."""

        async def run(args: tuple[Any, ...], named: dict[str, Any]) -> Any:
            value = function(*args, **named)
            return await cast("Awaitable[Any]", value) if hasattr(type(value), "__await__") else value

        @wraps(function)  # its signature is what a caller with wrong arguments is told
        def verb(*args: Any, **named: Any) -> object:
            assert self._loop is not None  # noqa: S101 - no request comes before start
            return asyncio.run_coroutine_threadsafe(run(args, named), self._loop)

        return verb


async def _in_thread(function: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, function)
