"""Presence by signals."""
