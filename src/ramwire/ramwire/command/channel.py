"""`ramwire listen` and `ramwire send`: a channel's two ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ramwire.command import ending
from ramwire.command.ends import channel_at
from ramwire.command.outcome import Exit, WrongUsage, tell
from ramwire.errors import Refused

if TYPE_CHECKING:
    from ramwire.contract import End


class Listen(NamedTuple):
    url: str
    end: End
    times: int
    """How many messages; 0 for without end."""

    def run(self) -> int:
        with channel_at(self.url, self.end) as channel:
            try:
                for number, message in enumerate(channel, start=1):
                    tell(message)
                    if number == self.times:
                        return Exit.DONE
            except ending.Ended:  # which is what an end of listening is
                return Exit.DONE
        raise Refused(f"{channel.url}: the channel was closed")


class Send(NamedTuple):
    url: str
    text: str
    end: End
    timeout_s: float

    def run(self) -> int:
        with channel_at(self.url, self.end) as channel:
            for text in self._texts():
                channel.send(text, timeout=self.timeout_s)
        return Exit.DONE

    def _texts(self) -> Iterator[str]:
        if self.text != "-":
            yield self.text
            return
        for line in sys.stdin.buffer:
            try:
                yield line.decode().rstrip("\n")
            except UnicodeDecodeError as error:
                raise WrongUsage(f"a line of the input is not UTF-8: {error}") from error
