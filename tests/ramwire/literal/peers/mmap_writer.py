"""A writer that fills a page with newlines, maps it, and stores each line of its standard input at its start.

usage: mmap_writer.py PATH
"""

from __future__ import annotations

import mmap
import os
import sys

descriptor = os.open(sys.argv[1], os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
os.write(descriptor, b"\n" * mmap.PAGESIZE)
page = mmap.mmap(descriptor, mmap.PAGESIZE, access=mmap.ACCESS_WRITE)
sys.stdout.write("mapped\n")
sys.stdout.flush()
for line in sys.stdin.buffer:
    page.seek(0)
    page.write(line)
