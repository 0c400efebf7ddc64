"""A storm over a wire: several clients under load, a succession of servers, `kill -9` for either at random.

`storm()` raises one and judges it; `python -m ramwire.testing.storm ramdrive --kills 1000` does so from a
shell. Every process keeps a journal of what it does (`journal`); `director` starts and kills, `verdict` reads
the journals afterwards. Proved of every call: its own answer or a named error, run once or not at all as the
error says, ended by its timeout, its loss told when it happened; and nothing left behind at the end.
"""

from __future__ import annotations

from ramwire.testing.storm.director import Plan as Plan
from ramwire.testing.storm.director import storm as storm
from ramwire.testing.storm.verdict import Verdict as Verdict

__all__ = ["Plan", "Verdict", "storm"]
