"""The server's connections: what each owes, since when, and which is closed where there is no room for one
more.

Whoever says nothing, or says it slowly, is waited for no longer than the server's patience, and only while
there is room: it makes way for the next.
"""

from __future__ import annotations

import asyncio
import time

from tornado.iostream import IOStream

_GRACE_S = 1.0
"""So long a connection that has sent a request's head, and may have been told to go on, is not closed for
want of room.
"""


class Connections:
    """On the loop alone, but for `forget`. `patience_s` is how long one may owe a request."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._heads: dict[IOStream, float] = {}  # those that owe a head since then, the longest first
        self._bodies: dict[IOStream, float] = {}  # and those that owe the rest
        self._busy: set[IOStream] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._quiet: asyncio.Event | None = None

    def __len__(self) -> int:
        return len(self._heads) + len(self._bodies) + len(self._busy)

    def owes_head(self, stream: IOStream) -> None:
        """It is new, or its last request has been answered."""
        self.remove(stream)
        self._heads[stream] = time.monotonic()
        if self._timer is None:
            self._look_later(self._patience_s)

    def owes_body(self, stream: IOStream) -> None:
        """A request's head has come."""
        if self._heads.pop(stream, None) is not None:
            self._bodies[stream] = time.monotonic()

    def is_busy(self, stream: IOStream) -> None:
        """A request has come, whole; it is the server that owes."""
        if self._bodies.pop(stream, None) is not None:
            self._busy.add(stream)

    def remove(self, stream: IOStream) -> None:
        """It has been closed."""
        self._heads.pop(stream, None)
        self._bodies.pop(stream, None)
        self._busy.discard(stream)
        if not self._busy and self._quiet is not None:
            self._quiet.set()

    def make_room(self) -> bool:
        """Close the one that has owed the longest; False where none can be."""
        for owing, grace_s in ((self._heads, 0.0), (self._bodies, _GRACE_S)):
            stream, since_s = next(iter(owing.items()), (None, 0.0))
            if stream is not None and time.monotonic() - since_s >= grace_s:
                self._close(stream)
                return True
        return False

    async def close(self, parting_s: float) -> None:
        """Close all; those that wait for an answer have a moment to get it."""
        if self._timer is not None:
            self._timer.cancel()
        for stream in [*self._heads, *self._bodies]:
            self._close(stream)
        if self._busy:
            self._quiet = asyncio.Event()
            await asyncio.wait([asyncio.ensure_future(self._quiet.wait())], timeout=parting_s)
        for stream in [*self._heads, *self._bodies, *self._busy]:  # those that were answered meanwhile, too
            self._close(stream)

    def forget(self) -> None:
        """In a forked child: close the descriptors alone, which the parent's loop still waits for."""
        for stream in [*self._heads, *self._bodies, *self._busy]:
            if not stream.closed():
                stream.socket.close()

    def _close(self, stream: IOStream) -> None:
        self.remove(stream)
        stream.close()

    def _look_later(self, wait_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._look)

    def _look(self) -> None:
        """Close those that have tried the server's patience. One timer is enough for all."""
        self._timer = None
        latest_s = time.monotonic() - self._patience_s
        for owing in (self._heads, self._bodies):
            for stream, since_s in list(owing.items()):
                if since_s > latest_s:
                    break
                self._close(stream)
        oldest_s = min([*self._heads.values(), *self._bodies.values()], default=None)
        if oldest_s is not None:
            self._look_later(max(0.0, oldest_s - latest_s))
