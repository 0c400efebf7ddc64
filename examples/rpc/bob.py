"""Asks for the weather in Python.

usage: bob.py http://127.0.0.1:PORT/ TOWN
"""

from __future__ import annotations

import sys

import ramwire

with ramwire.Client(sys.argv[1], timeout=5.0) as alice:
    sys.stdout.write(f"{alice.call('weather', town=sys.argv[2])['celsius']} degrees\n")
