"""A reader that maps a file's first page and keeps it mapped: prints each line that is another than before.

usage: mmap_reader.py PATH LAST, where LAST is the line after which it ends
"""

from __future__ import annotations

import mmap
import os
import sys
import time

path, last = sys.argv[1:]
page = mmap.mmap(os.open(path, os.O_RDONLY), mmap.PAGESIZE, access=mmap.ACCESS_READ)
sys.stdout.write("mapped\n")
sys.stdout.flush()
line = seen = b"\n"
while line != last.encode() + b"\n":
    page.seek(0)
    line = page.readline()
    if line != seen:
        seen = line
        sys.stdout.write(line.decode())
        sys.stdout.flush()
    time.sleep(0.001)
