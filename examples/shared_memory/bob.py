"""Prints every message as it comes, asleep in between.

usage: bob.py mmap:PATH
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

with contextlib.suppress(KeyboardInterrupt), ramwire.Channel(sys.argv[1], end="client") as board:
    for message in board:
        sys.stdout.write(message + "\n")
        sys.stdout.flush()
