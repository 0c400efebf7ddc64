"""Peers in bash on either side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import ramwire
from tests.ramwire.presence.conftest import Room

PEERS = Path(__file__).parent.parent / "peers"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(tmp_path / "alice", stack)


def test_bash_is_told_by_our_server(room: Room) -> None:
    client = room.start(str(PEERS / "presence_client.sh"), str(room.path))
    assert client.hear() == "ready"
    for _ in range(3):
        with ramwire.Presence(room.url).announce() as told:
            assert told == [client.pid]
            assert client.hear() == "up"
        assert client.hear() == "down"
    client.say("quit")
    assert client.leave() == 0
    assert room.pids() == []


def test_bash_tells_our_client(room: Room) -> None:
    client = room.client()
    assert client.hear() == "False"
    server = room.start(str(PEERS / "presence_server.sh"), str(room.path))
    for word in ("up", "down", "up"):
        server.say(word)
        assert server.hear() == f"told {word}"
        assert client.hear() == word
    assert client.ask() == "True"
