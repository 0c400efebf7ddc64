"""A client of ours does not mind what kind of server it finds, or that it becomes another."""

from __future__ import annotations

import stat

from ramwire import Client
from tests.ramwire.command.processes import end

from .conftest import Service

PATIENCE_S = 15.0


def test_same_client_is_answered_by_each_kind_of_server_in_turn(service: Service) -> None:
    with Client(service.url, timeout=PATIENCE_S) as client:
        for _ in range(2):
            with service.served() as ours:
                assert client.call("add", 2, 5) == 7
                ours.kill()
            with service.peer("article_server.py") as theirs:
                assert client.call("upper", "howdy") == "HOWDY"
                end(theirs)
    assert service.is_empty()


def test_folders_of_a_careless_peer_are_closed_to_others(service: Service) -> None:
    """Made by a shell's mkdir with its usual mask."""
    service.make()
    for folder in (service.path, service.server, service.client):
        folder.chmod(0o755)
    with service.served():
        assert service.bash("20261121093000_1.json", "add [2, 5]").out == "7"
        for folder in (service.path, service.server, service.client):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
