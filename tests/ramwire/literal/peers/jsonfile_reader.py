"""Reads a shared JSON file without its lock until its stdin ends, and counts what it could not read.

usage: jsonfile_reader.py PATH: prints JSON {"read": N, "torn": N}.
"""

from __future__ import annotations

import json
import select
import sys

MOST = 2_000_000

counts = {"read": 0, "torn": 0}
sys.stdout.write("reading\n")
sys.stdout.flush()
while counts["read"] < MOST and not select.select([sys.stdin], [], [], 0)[0]:
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    counts["read"] += 1
    try:
        json.loads(data)["commands"]
    except (ValueError, LookupError):
        counts["torn"] += 1
sys.stdout.write(json.dumps(counts) + "\n")
