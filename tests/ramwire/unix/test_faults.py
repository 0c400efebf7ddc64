"""The `unix:` wire when things go wrong."""

from __future__ import annotations

from tests.ramwire.connection.faults import ConnectionFaults


class TestUnixFaults(ConnectionFaults):
    """What all connections live through."""
