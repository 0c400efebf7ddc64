"""What the two ends of ramwire say to each other beside what HTTP has: two headers, and a name.

A client that asks with `Ramwire-Signs: yes` is told by `102 Processing`, in its `Ramwire-Sign`, how a request
stands.
"""

from __future__ import annotations

from typing import Literal

SERVER = "ramwire"
"""In the Server header of every response of ours."""

ASKS = "Ramwire-Signs"
SIGN = "Ramwire-Sign"

Sign = Literal["taken", "deferred"]
"""`taken`: a note's verb is about to run. `deferred`: a call's has returned, its answer comes later."""
