"""Asks for a product with Python's own multiprocessing.connection; the key lies beside the socket.

usage: bob_alone.py PATH
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Client
from pathlib import Path

path = sys.argv[1]
with Client(path, family="AF_UNIX", authkey=Path(f"{path}.key").read_bytes()) as alice:
    alice.send(["multiply", 8, 8])
    sys.stdout.write(f"8 * 8 = {alice.recv()}\n")
