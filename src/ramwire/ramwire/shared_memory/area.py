"""An area of shared memory, for one record at a time.

It is a memfd sealed against shrinking: memory that the other end cuts off while we read would kill us by
SIGBUS. Pages are allocated before they are written to, because a full memory would do the same. Whoever has
mapped less than the other end has made looks again.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import stat

from ramwire.errors import BadMessage

KEPT_BYTES = 64 << 10
"""What an area has from the start, and keeps."""

_LENT_BYTES = 4 << 20
_LENT_RECORDS = 16
"""What a longer record took is kept for the next one, unless it is very much, until so many short ones have
come: new pages cost twenty times what it costs to copy into them.
"""

_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
_F_SEAL_EXEC = 0x20  # set by kernels that are told so (vm.memfd_noexec), and without a meaning here


def make(size_bytes: int = KEPT_BYTES) -> int:
    """The descriptor of a new area. Raises OSError."""
    fd = os.memfd_create("ramwire", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.posix_fallocate(fd, 0, size_bytes)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(fd)
        raise
    return fd


def check(fd: int, least_bytes: int = KEPT_BYTES) -> None:
    """Raises `BadMessage` where a descriptor received is no area, or one that could shrink."""
    try:
        seals = fcntl.fcntl(fd, fcntl.F_GET_SEALS)
    except OSError as error:
        raise BadMessage("what was handed over is no shared memory") from error
    status = os.fstat(fd)
    if seals & ~_F_SEAL_EXEC != _SEALS or not stat.S_ISREG(status.st_mode) or status.st_size < least_bytes:
        raise BadMessage("the shared memory that was handed over is too small, or not sealed as it must be")


class Area:
    """One end's mapping of an area."""

    def __init__(self, fd: int) -> None:
        """Takes the descriptor over. Raises OSError."""
        self.fd = fd
        self._size = KEPT_BYTES
        self._lent = 0  # for so many short records yet
        try:
            self._map = mmap.mmap(fd, KEPT_BYTES)
        except BaseException:
            os.close(fd)
            raise

    def put(self, record: bytes) -> None:
        """Write a record. Raises OSError where there is no memory for it."""
        size = len(record)
        if size > KEPT_BYTES:
            os.posix_fallocate(self.fd, 0, _whole_pages(size))
            self._lend(size)
        self._map[:size] = record

    def take(self, size: int, most_bytes: int) -> bytes:
        """A copy of a record: what the other end does to the area from now on does nothing to it."""
        if size > most_bytes:
            raise BadMessage(f"a record of {size} bytes, where {most_bytes} are the most")
        if size > KEPT_BYTES:
            self._lend(size)
        record = self._map[:size]
        if self._lent:
            self._take_back(size)
        return record

    def _lend(self, size: int) -> None:
        self._lent = _LENT_RECORDS
        if size > self._size:
            self._map_more(size)

    def _take_back(self, size: int) -> None:
        if size <= KEPT_BYTES:
            self._lent -= 1
        elif size > _LENT_BYTES:
            self._lent = 0
        if not self._lent:
            self._map.madvise(mmap.MADV_REMOVE, KEPT_BYTES, self._size - KEPT_BYTES)

    def _map_more(self, size: int) -> None:
        have = os.fstat(self.fd).st_size
        if have < _whole_pages(size):
            raise BadMessage(f"a record of {size} bytes in {have} bytes of shared memory")
        renewed = mmap.mmap(self.fd, _whole_pages(size))
        self._map.close()
        self._map, self._size = renewed, _whole_pages(size)

    def close(self) -> None:
        fd, self.fd = self.fd, -1
        if fd >= 0:
            self._map.close()
            os.close(fd)


def _whole_pages(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
