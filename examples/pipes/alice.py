"""Prints what comes through a pipe, tidied up: small letters, and spaces for the signs that machines like.

usage: alice.py 'fifo:DIR?framing=line'
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

TIDY = str.maketrans("_-", "  ")


def main() -> None:
    with contextlib.suppress(KeyboardInterrupt), ramwire.Channel(sys.argv[1], end="server") as channel:
        for message in channel:
            sys.stdout.write(message.translate(TIDY).lower() + "\n")
            sys.stdout.flush()


main()
