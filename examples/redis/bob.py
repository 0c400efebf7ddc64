"""Puts every argument into the queue at once, and prints the answers in their order.

usage: bob.py 'redis://HOST:PORT/DB?service=NAME' TEXT...
"""

from __future__ import annotations

import sys

import ramwire

with ramwire.Client(sys.argv[1], timeout=5.0) as workers:
    texts = sys.argv[2:]
    answers = [workers.submit("count", text) for text in texts]
    for text, answer in zip(texts, answers):
        sys.stdout.write(f"{text!r} has {answer.result()['words']} words\n")
