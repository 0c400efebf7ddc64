"""Asks for the weather by XML-RPC, with Python's own client.

usage: bob_xml.py http://127.0.0.1:PORT/ TOWN
"""

from __future__ import annotations

import sys
from typing import Any
from xmlrpc.client import ServerProxy

with ServerProxy(f"{sys.argv[1].rstrip('/')}/RPC2") as alice:
    weather: Any = alice.weather(sys.argv[2], "tomorrow")
sys.stdout.write(f"{weather['celsius']} degrees {weather['day']}\n")
