"""One event loop in a thread of its own, for awaitables that a verb returns outside of any loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future

_making = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


async def _value(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def _own_loop() -> asyncio.AbstractEventLoop:
    # By pid: a forked child has no thread that runs its parent's loop.
    with _making:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="ramwire-loop", daemon=True).start()
        return loop


def resolve(awaitable: Awaitable[Any]) -> Future[Any]:
    """The future of an awaitable's value. One that belongs to a loop already is awaited there."""
    loop = awaitable.get_loop() if isinstance(awaitable, asyncio.Future) else _own_loop()
    return asyncio.run_coroutine_threadsafe(_value(awaitable), loop)
