"""Prints the message that is shown now, with no library: the file's first page is a line.

usage: bob_alone.py PATH
"""

from __future__ import annotations

import mmap
import sys

with (
    open(sys.argv[1], "rb") as file,
    mmap.mmap(file.fileno(), mmap.PAGESIZE, access=mmap.ACCESS_READ) as page,
):
    sys.stdout.write(page.readline().decode())
