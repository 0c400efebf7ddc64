"""A reader that reads the first line without a pause. Its messages are one letter, repeated.

At the end, which is the line `end`, it prints how many of its reads gave a whole line, and how many did not.

usage: mmap_hammer.py PATH
"""

from __future__ import annotations

import mmap
import os
import sys

page = mmap.mmap(os.open(sys.argv[1], os.O_RDONLY), mmap.PAGESIZE, access=mmap.ACCESS_READ)
sys.stdout.write("mapped\n")
sys.stdout.flush()
whole = torn = 0
line = b""
while line != b"end\n":
    page.seek(0)
    line = page.readline()
    if line.endswith(b"\n") and len(set(line[:-1])) <= 1:
        whole += 1
    elif line != b"end\n":
        torn += 1
sys.stdout.write(f"{whole} {torn}\n")
