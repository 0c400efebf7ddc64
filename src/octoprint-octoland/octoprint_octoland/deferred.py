"""Answers that come later: a future that the wire waits for."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from octoland_api.shapes import Record, to_wire

Deferred = Future[object]


async def outcome(deferred: Deferred) -> object:
    """What the wire is given: it cancels an awaitable that nobody waits for, and a future it does not."""
    return await asyncio.wrap_future(deferred)


def is_wanted(deferred: Deferred) -> bool:
    """Whether somebody still waits; who gave up has cancelled it."""
    return not deferred.done()


def answer(deferred: Deferred, record: Record) -> None:
    # Who waits may give up at this very moment.
    with suppress(InvalidStateError):
        deferred.set_result(to_wire(record))


def fail(deferred: Deferred, error: Exception) -> None:
    with suppress(InvalidStateError):
        deferred.set_exception(error)
