"""Takes the lock of a shared JSON file, says so, and holds it until its stdin ends.

usage: jsonfile_holder.py PATH
"""

from __future__ import annotations

import sys

from filelock import FileLock

with FileLock(f"{sys.argv[1]}.lock"):
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
