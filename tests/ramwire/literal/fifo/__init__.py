"""Peers of the `fifo:` wire that know nothing of ours."""
