"""The standard library's `multiprocessing.connection` as either end of the `tcp:` wire."""

from __future__ import annotations

from tests.ramwire.connection.literal import LiteralPeers


class TestTcpLiteral(LiteralPeers):
    """What all connections can do with such a peer."""
