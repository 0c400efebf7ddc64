"""The `mmap:` wire: shared memory between the two ends, and pipes that wake them.

`PATH` is a file whose first page shows a channel's newest message. What travels between two ends of ours lies
in memory without a name, handed over at the socket `PATH.socket` (`handover`) and sealed against shrinking
(`area`).
"""
