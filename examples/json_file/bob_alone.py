"""Asks Alice with nothing but the file and its lock: `pip install filelock`.

usage: bob_alone.py PATH
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from typing import Any

from filelock import FileLock

path = sys.argv[1]
lock = FileLock(f"{path}.lock")
name = str(uuid.uuid4())

with lock:
    content: dict[str, Any] = {"commands": {}}  # whoever comes first makes the file
    if os.path.exists(path):
        with open(path) as file:
            content = json.load(file)
    content["commands"][name] = {"command": "add", "args": [2, 5]}
    with open(path, "w") as file:
        json.dump(content, file)

for _ in range(500):
    time.sleep(0.01)  # whoever only looks and sleeps is a peer at its own speed
    with lock, open(path) as file:
        entry = json.load(file)["commands"][name]
    if "result" in entry:
        sys.stdout.write(f"2 + 5 = {entry['result']}\n")
        sys.exit()
    if "error" in entry:
        sys.exit(entry["error"])
sys.exit("nobody answered")
