"""The `unix:` wire among strangers."""

from __future__ import annotations

from tests.ramwire.connection.hostility import ConnectionHostility


class TestUnixHostility(ConnectionHostility):
    """What all connections are told."""
