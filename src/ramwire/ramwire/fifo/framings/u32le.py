"""`u32le`: the length as four bytes, unsigned, little end first; then that many bytes."""

from __future__ import annotations

import struct
from typing import ClassVar

from ramwire.fifo.framings.contract import MOST_BYTES, Complain, Decoder, Framing

_LENGTH = struct.Struct("<I")


class U32le(Framing):
    """See the module."""

    name: ClassVar[str] = "u32le"

    def encode(self, message: bytes) -> bytes:
        self.check_size(message)
        return _LENGTH.pack(len(message)) + message

    def decoder(self, complain: Complain, most_bytes: int = MOST_BYTES) -> U32leDecoder:
        return U32leDecoder(complain, most_bytes)


class U32leDecoder(Decoder):
    """A message that is too long is skipped to its end. Nothing in the stream marks a beginning: after an
    absurd length all is thrown away that lies in the FIFO, and what is written after that is believed again.
    """

    def __init__(self, complain: Complain, most_bytes: int) -> None:
        super().__init__(complain, most_bytes)
        self._rest = bytearray()
        self._lost = False
        self._skipped_bytes = 0
        """Still to come of a message that is skipped."""

    @property
    def unfinished_bytes(self) -> int:
        return len(self._rest) + self._skipped_bytes

    def feed(self, data: bytes) -> list[bytes]:
        if self._lost:
            return []
        rest, head = self._rest, _LENGTH.size
        rest += memoryview(data)[self._skipped_bytes :]
        self._skipped_bytes = max(0, self._skipped_bytes - len(data))
        messages: list[bytes] = []
        at = 0
        while len(rest) - at >= head:
            (length,) = _LENGTH.unpack_from(rest, at)
            if length > MOST_BYTES:
                self._complain(f"a length of {length} bytes is absurd; what lies in the FIFO is thrown away")
                self._lost = True
                rest.clear()
                return messages
            if length > self._most_bytes:
                self._complain(f"a message of {length} bytes is skipped")
                at += head + length
                self._skipped_bytes = max(0, at - len(rest))
                continue
            if len(rest) - at - head < length:
                break
            messages.append(bytes(memoryview(rest)[at + head : at + head + length]))
            at += head + length
        del rest[:at]
        return messages

    def drained(self) -> None:
        self._lost = False

    def ended(self) -> None:
        if self._rest:
            self._complain(f"{len(self._rest)} bytes of a message whose writer has gone are thrown away")
        self._rest = bytearray()
        self._lost = False
        self._skipped_bytes = 0
