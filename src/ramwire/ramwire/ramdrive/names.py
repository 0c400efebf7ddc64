"""Names of requests: `YYYYMMDDHHMMSS_N`, then `-TOKEN` (whose), then `.EXT` (format of the reply)."""

from __future__ import annotations

import re
import threading
import time
from typing import NamedTuple, Optional

_parse = re.compile(r"([0-9]{14})_([0-9]+)(?:-([A-Za-z0-9]+))?(?:\.([A-Za-z0-9]+))?").fullmatch
_LONGEST = 255 - len(".pickle")

NAME_BYTES = 33
"""Length of a name that we make: 14 digits, `_`, nine digits, `-`, a token of eight."""
TOKEN_BYTES = 8

_SECOND_NS = 1_000_000_000


class RequestName(NamedTuple):
    """A request's name taken apart."""

    text: str
    time: str
    number: int
    token: Optional[str]
    extension: Optional[str]

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts in the order of sending: by time, then by N as a number."""
        return self.time, self.number, self.text

    @property
    def reply(self) -> str:
        """The name of the file that answers it."""
        return self.text if self.extension in ("json", "txt") else self.text + ".pickle"

    @property
    def error(self) -> str:
        """The name of the file that says why there is no answer."""
        return self.text + ".error"


def parse(name: str) -> RequestName | None:
    """The parts of a request's name, or None for a name that is none."""
    match = _parse(name)
    if match is None or len(name) > _LONGEST:
        return None
    return RequestName(name, match[1], int(match[2]), match[3], match[4])


class NameMaker:
    """Makes names that sort in the order made, also when the clock is set back. N is the nanosecond."""

    def __init__(self) -> None:
        self.renew_lock()
        self._last_ns = 0
        self._second_ns = -_SECOND_NS
        self._second = b""

    def renew_lock(self) -> None:
        """In a forked child: the thread that holds it may not be here."""
        self._lock = threading.Lock()

    def make(self, token: bytes) -> bytes:
        with self._lock:
            now_ns = time.time_ns()
            if now_ns <= self._last_ns:
                now_ns = self._last_ns + 1
            self._last_ns = now_ns
            ns = now_ns - self._second_ns
            # strftime costs more than the rest of the name; most names share its second.
            if not 0 <= ns < _SECOND_NS:
                second, ns = divmod(now_ns, _SECOND_NS)
                self._second_ns = now_ns - ns
                self._second = time.strftime("%Y%m%d%H%M%S", time.gmtime(second)).encode()
            return b"%b_%09d-%b" % (self._second, ns, token)
