"""Records in a lane: the length as four bytes, little end first, then that many bytes."""

from __future__ import annotations

import struct

from ramwire.errors import BadMessage

_LENGTH = struct.Struct("<I")
_HEAD_BYTES = _LENGTH.size
READ_BYTES = 1 << 16

pack_length = _LENGTH.pack


class Assembly:
    """Puts records together from what is read. One that breaks the format is a `BadMessage`."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._rest = bytearray()

    @property
    def wanted_bytes(self) -> int:
        """How much to read next."""
        if len(self._rest) < _HEAD_BYTES:
            return READ_BYTES
        return max(READ_BYTES, _HEAD_BYTES + self._length(self._rest) - len(self._rest))

    def add(self, data: bytes) -> bytes | None:
        """The next record, if it is whole now."""
        if not self._rest and len(data) >= _HEAD_BYTES and self._length(data) == len(data) - _HEAD_BYTES:
            return data[_HEAD_BYTES:]  # as nearly always
        self._rest += data
        return self.next()

    def next(self) -> bytes | None:
        """One more record, if it has come with the one before."""
        rest = self._rest
        if len(rest) < _HEAD_BYTES:
            return None
        end = _HEAD_BYTES + self._length(rest)
        if len(rest) < end:
            return None
        record = bytes(memoryview(rest)[_HEAD_BYTES:end])
        del rest[:end]
        return record

    def _length(self, data: bytes | bytearray) -> int:
        length: int = _LENGTH.unpack_from(data)[0]
        if length > self._most_bytes:
            raise BadMessage(f"a record of {length} bytes; {self._most_bytes} are the most")
        return length
