"""Peers written from the protocol's words alone, with no import of ours, against our other end."""
