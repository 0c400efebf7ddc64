"""Lists the two folders as fast as it can until its stdin ends, and prints what it saw that is no message.

usage: lister.py SERVICE: prints JSON {"listings": N, "messages": N, "strangers": [...]}.
"""

from __future__ import annotations

import json
import os
import re
import select
import sys

REQUEST = re.compile(r"\d{14}_\d+(-[A-Za-z0-9]+)?(\.[A-Za-z0-9]+)?").fullmatch
REPLY = re.compile(r"\d{14}_\d+(-[A-Za-z0-9]+)?(\.[A-Za-z0-9]+)?\.(pickle|error|json|txt)").fullmatch
OWN_NAME = re.compile(r"\d{14}_\d+(-[A-Za-z0-9]+)?\.(json|txt)").fullmatch

MOST_LISTINGS = 2_000_000

service = sys.argv[1]
listings, messages, strangers = 0, 0, set()
sys.stdout.write("listing\n")
sys.stdout.flush()
while listings < MOST_LISTINGS and not select.select([sys.stdin], [], [], 0)[0]:
    for name in os.listdir(f"{service}/server"):
        messages += 1
        if not REQUEST(name):
            strangers.add(f"server/{name}")
    for name in os.listdir(f"{service}/client"):
        messages += 1
        if not REPLY(name) and not OWN_NAME(name):
            strangers.add(f"client/{name}")
    listings += 1
sys.stdout.write(json.dumps({"listings": listings, "messages": messages, "strangers": sorted(strangers)}))
