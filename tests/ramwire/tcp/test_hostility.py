"""The `tcp:` wire among strangers."""

from __future__ import annotations

from tests.ramwire.connection.hostility import ConnectionHostility


class TestTcpHostility(ConnectionHostility):
    """What all connections are told."""
