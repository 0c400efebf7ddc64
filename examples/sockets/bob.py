"""Asks for a product, and lets Alice go.

usage: bob.py unix:PATH, or tcp:HOST:PORT?keyfile=FILE
"""

from __future__ import annotations

import sys

import ramwire

with ramwire.Client(sys.argv[1], timeout=5.0) as alice:
    sys.stdout.write(f"8 * 8 = {alice.call('multiply', 8, 8)}\n")
    alice.notify("goodbye")
