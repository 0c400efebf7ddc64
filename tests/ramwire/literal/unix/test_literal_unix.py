"""The standard library's `multiprocessing.connection` as either end of the `unix:` wire."""

from __future__ import annotations

from multiprocessing.connection import Client
from pathlib import Path

from ramwire.testing import ServiceProcess

from tests.ramwire.connection.literal import LiteralPeers


class TestUnixLiteral(LiteralPeers):
    """What all connections can do with such a peer."""

    def test_foreign_client_finds_the_key_beside_the_socket(self, drive: Path) -> None:
        url = f"unix:{drive}/service"
        with ServiceProcess(url):
            key = (drive / "service.key").read_bytes()
            with Client(f"{drive}/service", authkey=key) as connection:
                connection.send(["add", 2, 5])
                assert connection.recv() == 7
