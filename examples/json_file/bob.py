"""Asks Alice twice, and once for what she will not do.

usage: bob.py jsonfile:PATH
"""

from __future__ import annotations

import sys

import ramwire

with ramwire.Client(sys.argv[1], timeout=5.0) as alice:
    sys.stdout.write(f"2 + 5 = {alice.call('add', 2, 5)}\n")
    sys.stdout.write(f"8 * 5 = {alice.call('multiply', 8, 5)}\n")
    try:
        alice.call("add", "two", "five")
    except ramwire.RemoteError as error:
        sys.stdout.write(f"Alice says: {error.text}\n")
