"""Says when Alice comes and goes, also when she is killed, until its stdin ends.

usage: bob.py signal:DIR
"""

from __future__ import annotations

import contextlib
import sys

import ramwire


def say(word: str) -> None:
    sys.stdout.write(f"Alice is {word}\n")
    sys.stdout.flush()


with ramwire.Presence(sys.argv[1]).watch(on_up=lambda: say("here"), on_down=lambda: say("gone")) as alice:
    say("here" if alice.is_up else "away")
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
