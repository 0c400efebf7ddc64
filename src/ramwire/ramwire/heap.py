"""The memory that large values take on their way."""

from __future__ import annotations

LARGE_BYTES = 1 << 17
_KEPT_BYTES = 8 << 20

_kept = False


def keep() -> None:
    """Let the C library keep what large values took for the next ones.

    By default it maps memory anew for each, and a value of a megabyte then spends most of its way in page
    faults: 2.3 ms in place of 0.3. glibc raises its limit to the largest block that was ever freed; this one
    is never touched, so it takes no memory by itself.
    """
    global _kept  # noqa: PLW0603 - the C library is one for the whole process
    if not _kept:
        _kept = True
        bytes(_KEPT_BYTES)
