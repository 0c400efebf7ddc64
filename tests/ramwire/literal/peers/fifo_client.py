"""A client of the two FIFOs: it opens both, then asks and reads, one request after the other.

usage: fifo_client.py DIR FRAMING FIRST LINE...: FIRST says which FIFO it opens first, send or recv. Prints
each answer.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import fifo_frames  # type: ignore[import-not-found] # found beside the script


def main() -> None:
    folder, framing, first, *lines = sys.argv[1:]
    files: dict[str, BinaryIO] = {}
    for name in (first, "recv" if first == "send" else "send"):
        files[name] = open(os.path.join(folder, name), "wb" if name == "send" else "rb")  # noqa: SIM115
    for line in lines:
        fifo_frames.write(files["send"], framing, line.encode())
        sys.stdout.write(fifo_frames.read(files["recv"], framing).decode() + "\n")
        sys.stdout.flush()


main()
