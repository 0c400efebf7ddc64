"""Our client asks a server that knows JSON-RPC 2.0, and nothing of ramwire."""

from __future__ import annotations

import pytest

import ramwire
from tests.ramwire.literal.http.conftest import Place

EVERY_MANNER = pytest.mark.parametrize("manners", ["old", "new", "curt", "strict"])


@EVERY_MANNER
def test_value_and_error_arrive(place: Place, manners: str) -> None:
    with place.peer(manners), ramwire.Client(place.url, timeout=10.0) as client:
        for number in range(5):
            assert client.call("add", number, 5) == number + 5
        assert client.call("greet", name="Bob") == "hello Bob"
        with pytest.raises(ramwire.RemoteError) as told:
            client.call("nowhere")
    assert (told.value.kind, told.value.text) == ("", "no method nowhere")


@EVERY_MANNER
def test_notes_and_the_handshake_are_notifications(place: Place, manners: str) -> None:
    with place.peer(manners), ramwire.Client(place.url, timeout=10.0) as client:
        client.notify("add", 2, 5)
        client.notify("nowhere")
        assert client.ping() > 0
        assert client.call("asked") == {"add": 1, "nowhere": 1, "Hello": 1, "asked": 1}


@EVERY_MANNER
def test_nothing_is_asked_twice(place: Place, manners: str) -> None:
    """Also where leave is refused, and the request sent once more."""
    with place.peer(manners), ramwire.Client(place.url, timeout=10.0) as client:
        for number in range(10):
            client.submit("add", number, 1)
        assert client.call("asked")["add"] == 10


@EVERY_MANNER
def test_server_that_dies_is_told_at_once(place: Place, manners: str) -> None:
    with place.peer(manners), ramwire.Client(place.url) as client, pytest.raises(ramwire.ServerGone):
        client.call("die", timeout=600.0)
    with place.peer(manners), ramwire.Client(place.url, timeout=10.0) as client:
        assert client.call("add", 1, 1) == 2


def test_manners_of_another_server_are_learned(place: Place) -> None:
    """One after the other at one address, for one client."""
    with ramwire.Client(place.url, timeout=10.0) as client:
        for manners in ("new", "old", "strict", "new", "curt"):
            with place.peer(manners):
                assert [client.call("add", number, 0) for number in range(3)] == [0, 1, 2]
