"""Measures wires, and beside them in the same run what else one might use: speed is always a ratio to a peer.

A contender (`contenders`) is both ends of one way to call. `session` starts servers, `timing` asks each in
turn, `idle` counts wake-ups, `restart` kills a server under a call, `report` prints the comparison.
"""
