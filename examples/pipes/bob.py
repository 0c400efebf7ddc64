"""Sends each of its arguments as one message.

usage: bob.py 'fifo:DIR?framing=line' TEXT...
"""

from __future__ import annotations

import sys

import ramwire

with ramwire.Channel(sys.argv[1], end="client") as channel:
    for text in sys.argv[2:]:
        channel.send(text, timeout=5.0)
