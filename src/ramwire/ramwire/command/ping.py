"""`ramwire ping`: how long the handshake takes, and whether anybody is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from ramwire.command import ending
from ramwire.command.ends import client_at
from ramwire.command.outcome import Exit, exit_of, say, tell
from ramwire.errors import Refused, WireError


class Ping(NamedTuple):
    url: str
    times: int
    """0 for without end."""
    interval_s: float
    timeout_s: float

    def run(self) -> int:
        taken_s: list[float] = []
        sent, outcome = 0, Exit.DONE
        with client_at(self.url, self.timeout_s) as client:
            try:
                for sent in self._numbers():
                    try:
                        taken_s.append(client.ping())
                        tell(f"{sent}: {taken_s[-1] * 1000:.3f} ms")
                    except Refused:
                        raise
                    except WireError as error:
                        outcome = exit_of(error)
                        say(f"{sent}: {error}")
            except ending.Ended:
                self._summarise(sent, taken_s)
                raise
        self._summarise(sent, taken_s)
        return outcome

    def _numbers(self) -> Iterator[int]:
        for number in count(1):
            yield number
            if number == self.times:
                return
            time.sleep(self.interval_s)

    def _summarise(self, sent: int, taken_s: list[float]) -> None:
        told = f"{len(taken_s)} of {sent} answered"
        if taken_s:
            from statistics import median  # noqa: PLC0415 - slow to import, and the pings come first

            least, middle, most = (1000 * s for s in (min(taken_s), median(taken_s), max(taken_s)))
            told += f"; least {least:.3f} ms, median {middle:.3f} ms, most {most:.3f} ms"
        tell(told)
