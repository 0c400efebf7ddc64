"""The `tcp:` wire when things go wrong."""

from __future__ import annotations

from tests.ramwire.connection.faults import ConnectionFaults


class TestTcpFaults(ConnectionFaults):
    """What all connections live through."""
