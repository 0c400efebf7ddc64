"""Shows the latest word on a page of shared memory, for anybody who can map a file.

usage: alice.py mmap:PATH, then one message a line on its stdin
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

with contextlib.suppress(KeyboardInterrupt), ramwire.Channel(sys.argv[1], end="server") as board:
    for line in sys.stdin:
        board.send(line.rstrip("\n"))
        sys.stdout.write(f"shown: {line}")
        sys.stdout.flush()
