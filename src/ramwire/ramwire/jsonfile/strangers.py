"""Entries of clients that are not ours: which may run, and how long their answers stay."""

from __future__ import annotations

import time

from ramwire.errors import ServerGone
from ramwire.jsonfile import document
from ramwire.jsonfile.document import Answered, Commands, Entry, Taken

KEPT_S = 60.0
"""How long an answered entry stays."""


class Stale(Exception):
    """The request is too old to be run."""


class Strangers:
    """Remembers since when entries are answered: by a clock that does not jump."""

    def __init__(self, taken: Taken, stale_s: float) -> None:
        """`taken` is what an entry is marked with before it runs."""
        self._taken = taken
        self._stale_s = stale_s
        self._answered_at: dict[str, float] = {}

    def take(self, entry: Entry, written_s: float) -> Answered | None:
        """Mark an entry as taken; or what to answer at once, where it is not to run. `written_s` is when the
        file was last written to.
        """
        before = entry.taken
        if before is not None:
            who = f"the server that had taken it (process {before.pid})"
            return document.failure(ServerGone(f"{who} died before it answered; it may have run"))
        if entry.is_hello:
            return document.result(None)
        now_s = time.time()
        since_s = written_s if entry.since is None else entry.since
        # Either way: where the clock was set, a request from what is now the future may be old as well.
        if max(abs(now_s - since_s), abs(now_s - written_s)) > self._stale_s:
            lay = f"the request lay unserved for more than {self._stale_s:g} s"
            return document.failure(Stale(f"{lay}, and was not run; send it again"))
        entry.take(self._taken)
        return None

    def prune(self, commands: Commands) -> None:
        """Remove what was answered long enough ago."""
        now_s = time.monotonic()
        answered = [uuid for uuid, entry in commands.strangers() if entry.is_answered]
        self._answered_at = {uuid: self._answered_at.get(uuid, now_s) for uuid in answered}
        for uuid in answered:
            if now_s - self._answered_at[uuid] >= KEPT_S:
                commands.remove(uuid)
                del self._answered_at[uuid]

    def next_prune_s(self) -> float | None:
        """Seconds until `prune` has something to do; None where nothing waits for it."""
        if not self._answered_at:
            return None
        return max(0.0, min(self._answered_at.values()) + KEPT_S - time.monotonic())
