"""Literal peers of a presence: shell scripts that know `pids/` and two signals."""
