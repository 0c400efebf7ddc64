"""A server that only lists and sleeps, and writes its replies in place, is a full peer of our client."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ramwire import Client, RemoteError, Timeout

from .conftest import Service

PATIENCE_S = 15.0


@pytest.fixture
def bob(service: Service) -> Iterator[Service]:
    with service.peer("article_server.py") as process:
        yield service
        assert process.poll() is None, "the peer took a name for a message that was none"


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url, timeout=PATIENCE_S) as client:
        yield client


def test_answers_are_read_though_written_in_place(bob: Service, client: Client) -> None:
    assert [client.call("add", number, 5) for number in range(10)] == [number + 5 for number in range(10)]
    assert bob.is_empty()


def test_half_a_pickle_is_never_taken(bob: Service, client: Client) -> None:
    assert client.call("big") == b"x" * 300_000
    assert bob.is_empty()


def test_error_text_without_a_class_name_reaches_the_caller(bob: Service, client: Client) -> None:
    with pytest.raises(RemoteError) as raised:
        client.call("fail")
    assert (raised.value.text, raised.value.kind) == ("Alice is only going to add numbers", "")
    assert bob.is_empty()


def test_handshake_is_taken(bob: Service, client: Client) -> None:
    assert 0 < client.ping() < PATIENCE_S
    assert bob.is_empty()


def test_submitted_requests_run_in_the_order_sent(bob: Service, client: Client) -> None:
    verbs = ["add", "upper", "upper", "add", "upper", "add", "add"]
    futures = [client.submit(verb, "1", "2") for verb in verbs]
    assert [future.result(PATIENCE_S) for future in futures] == [
        3 if verb == "add" else "1" for verb in verbs
    ]
    assert client.call("order") == [*verbs, "order"]
    assert bob.is_empty()


def test_server_that_comes_late_still_answers(service: Service, client: Client) -> None:
    answers: list[object] = []
    caller = threading.Thread(target=lambda: answers.append(client.call("add", 2, 5)))
    caller.start()
    with service.peer("article_server.py"):
        caller.join()
    assert answers == [7]
    assert service.is_empty()


def test_request_that_nobody_took_is_withdrawn(service: Service) -> None:
    with Client(service.url, timeout=0.1) as client:
        with pytest.raises(Timeout) as raised:
            client.call("add", 2, 5)
        assert not raised.value.may_have_run
        assert service.is_empty()
