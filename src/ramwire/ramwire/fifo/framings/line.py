"""`line`: text ended by a newline, as a shell's `printf` writes it and its `read` reads it."""

from __future__ import annotations

from typing import ClassVar

from ramwire.errors import BadMessage
from ramwire.fifo.framings.contract import MOST_BYTES, Complain, Decoder, Framing

_NEWLINE = b"\n"


class Line(Framing):
    """See the module."""

    name: ClassVar[str] = "line"

    def encode(self, message: bytes) -> bytes:
        self.check_size(message)
        if _NEWLINE in message:
            raise BadMessage("the message has a newline in it, which ends a message in the framing line")
        return message + _NEWLINE

    def decoder(self, complain: Complain, most_bytes: int = MOST_BYTES) -> LineDecoder:
        return LineDecoder(complain, most_bytes)


class LineDecoder(Decoder):
    """A line that is too long is skipped to its end."""

    def __init__(self, complain: Complain, most_bytes: int) -> None:
        super().__init__(complain, most_bytes)
        self._rest = bytearray()
        self._skips = False

    @property
    def unfinished_bytes(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        if _NEWLINE not in data:
            self._keep(data)
            return []
        *lines, rest = data.split(_NEWLINE)
        self._keep(lines[0])
        lines[0] = bytes(self._rest)
        if self._skips:
            del lines[0]
        self._rest, self._skips = bytearray(), False
        self._keep(rest)
        return lines

    def _keep(self, data: bytes) -> None:
        if self._skips:
            return
        self._rest += data
        if len(self._rest) > self._most_bytes:
            self._complain(f"a line of more than {self._most_bytes} bytes is skipped")
            self._rest, self._skips = bytearray(), True

    def drained(self) -> None:
        pass  # only a newline ends a line

    def ended(self) -> None:
        if self._rest:
            self._complain(f"{len(self._rest)} bytes of a line that was never ended are thrown away")
        self._rest, self._skips = bytearray(), False
