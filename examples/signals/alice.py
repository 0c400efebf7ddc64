"""Is there until its stdin ends, and lets everybody know when it comes and when it goes.

usage: alice.py signal:DIR
"""

from __future__ import annotations

import contextlib
import sys

import ramwire

with ramwire.Presence(sys.argv[1]).announce() as told:
    sys.stdout.write(f"{len(told)} have been told\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
