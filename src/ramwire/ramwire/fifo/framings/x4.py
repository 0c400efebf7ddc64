"""`x4`: an `X`, the length as four decimal digits, then that many bytes."""

from __future__ import annotations

import re
from typing import ClassVar

from ramwire.fifo.framings.contract import MOST_BYTES, Complain, Decoder, Framing

_HEAD_BYTES = 5
_head = re.compile(rb"X([0-9]{4})").match
_find_head = re.compile(rb"X(?:[0-9]{4}|[0-9]{0,3}\Z)").search
"""A head, or what may become one when more has come."""


class X4(Framing):
    """See the module."""

    name: ClassVar[str] = "x4"
    most_bytes: ClassVar[int] = 9999

    def encode(self, message: bytes) -> bytes:
        self.check_size(message)
        return b"X%04d%b" % (len(message), message)

    def decoder(self, complain: Complain, most_bytes: int = MOST_BYTES) -> X4Decoder:
        return X4Decoder(complain, most_bytes)


class X4Decoder(Decoder):
    """What does not begin with a head is skipped up to the next thing that looks like one."""

    def __init__(self, complain: Complain, most_bytes: int) -> None:
        super().__init__(complain, most_bytes)
        self._rest = b""
        self._lost = False

    @property
    def unfinished_bytes(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        rest = self._rest + data
        messages, at = [], 0
        while True:
            head = _head(rest, at)
            if head is None:
                found = _find_head(rest, at)
                skipped_to = found.start() if found else len(rest)
                if skipped_to == at:
                    break  # nothing, or the beginning of a head
                self._skip(rest[at:skipped_to])
                at = skipped_to
                continue
            self._lost = False
            end = at + _HEAD_BYTES + int(head[1])
            if end > len(rest):
                break
            message = rest[at + _HEAD_BYTES : end]
            if len(message) > self._most_bytes:
                self._complain(f"a message of {len(message)} bytes is skipped")
            else:
                messages.append(message)
            at = end
        self._rest = rest[at:]
        return messages

    def _skip(self, junk: bytes) -> None:
        if not self._lost:
            self._complain(f"what does not begin with X and four digits is skipped: {junk[:40]!r}")
            self._lost = True

    def drained(self) -> None:
        pass  # a head marks a beginning

    def ended(self) -> None:
        if self._rest:
            self._complain(f"{len(self._rest)} bytes of a message whose writer has gone are thrown away")
        self._rest = b""
        self._lost = False
