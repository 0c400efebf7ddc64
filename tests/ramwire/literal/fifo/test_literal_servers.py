"""Servers that know `send` and `recv` alone serve our clients, which take turns."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ramwire import Client, RemoteError, Timeout
from tests.ramwire.command.processes import run_program, until

from .conftest import Fifos

PATIENCE_S = 15.0


@pytest.fixture(params=["keep", "reopen"])
def bob(framed: Fifos, request: pytest.FixtureRequest) -> Iterator[Fifos]:
    with framed.peer("fifo_server.py", framed.framing, request.param):
        yield framed


@pytest.fixture
def client(bob: Fifos) -> Iterator[Client]:
    with Client(bob.url, timeout=PATIENCE_S) as client:
        yield client


def test_answers_and_errors_arrive(client: Client) -> None:
    assert [client.call("add", number, 5) for number in range(20)] == [number + 5 for number in range(20)]
    assert client.call("upper", "ä") == "Ä"
    with pytest.raises(RemoteError) as raised:
        client.call("sing")
    assert (raised.value.text, raised.value.kind) == ("Alice knows no sing", "")


def test_handshake_and_notes_are_taken(client: Client) -> None:
    assert 0 < client.ping() < PATIENCE_S
    client.notify("upper", "a")
    assert client.call("order") == ["upper", "order"]


def test_submitted_requests_run_in_the_order_sent(client: Client) -> None:
    verbs = ["add", "upper", "upper", "add"]
    futures = [client.submit(verb, "1", "2") for verb in verbs]
    assert [future.result(PATIENCE_S) for future in futures] == ["12", "1", "1", "12"]
    assert client.call("order") == [*verbs, "order"]


def test_threads_of_one_client_take_turns(client: Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda number: client.call("add", number, 0), range(40))) == list(range(40))


ASKER = """
import sys, ramwire
with ramwire.Client(sys.argv[1], timeout=15.0) as client:
    me = int(sys.argv[2])
    assert [client.call("add", me, number) for number in range(25)] == [me + number for number in range(25)]
"""


def test_clients_in_several_processes_take_turns(bob: Fifos) -> None:
    askers = [
        subprocess.Popen((sys.executable, "-c", ASKER, bob.url, str(1000 * number))) for number in range(3)
    ]
    assert [asker.wait(PATIENCE_S) for asker in askers] == [0, 0, 0]


def test_late_answer_is_no_later_requests_answer(client: Client) -> None:
    client.call("add", 1, 1)
    with pytest.raises(Timeout) as caught:
        client.call("sleep", 0.5, timeout=0.1)
    assert caught.value.may_have_run
    assert client.call("add", 1, 1) == 2


def test_request_that_waits_for_its_turn_in_vain_never_runs(bob: Fifos, client: Client) -> None:
    client.call("add", 1, 1)
    with Client(bob.url) as slow:
        answer = slow.submit("sleep", 1.0, timeout=PATIENCE_S)
        until(answer.running, "the slow call to begin")
        threading.Event().wait(0.2)  # nothing tells when a server that is not ours has taken a request
        with pytest.raises(Timeout) as caught:
            client.call("upper", "late", timeout=0.1)
        assert not caught.value.may_have_run
        answer.result()
    assert client.call("order") == ["add", "sleep", "order"]


def test_client_may_come_first(framed: Fifos) -> None:
    with Client(framed.url, timeout=PATIENCE_S) as client:
        answer = client.submit("add", 2, 5)
        until(answer.running, "the call to begin")
        with framed.peer("fifo_server.py", framed.framing, "keep"):
            assert answer.result() == 7


def test_server_of_ours_takes_over_from_a_literal_one(fifos: Fifos) -> None:
    with Client(fifos.url, timeout=PATIENCE_S) as client:
        with fifos.peer("fifo_server.py", "line", "reopen"):
            assert client.call("add", 1, 1) == 2
        with fifos.served():
            assert client.call("add", 2, 2) == 4
            write = f"printf 'echo \"stale\"\\n' > {fifos.path}/send"
            assert run_program(("bash", "-c", write)).code == 0
            client.call("sleep", 1.5)  # and is no reader of what nobody reads
            assert fifos.run("fifo_client.sh", "echo 1").out == "ok 1\n"
        with fifos.peer("fifo_server.py", "line", "reopen"):
            assert client.call("add", 3, 3) == 6


def test_shell_serves(fifos: Fifos) -> None:
    with fifos.peer("fifo_server.sh"), Client(fifos.url, timeout=PATIENCE_S) as client:
        assert client.call("upper", "ahoy") == "AHOY"
        with pytest.raises(RemoteError, match="there is no sing"):
            client.call("sing")
        with pytest.raises(Timeout):
            client.call("slow", timeout=0.1)
        assert [client.call("upper", word) for word in ("a", "b", "c")] == ["A", "B", "C"]


def test_large_answer_of_a_literal_server_arrives(fifos: Fifos) -> None:
    with fifos.peer("fifo_server.py", "line", "keep"), Client(fifos.url, timeout=PATIENCE_S) as client:
        assert client.call("big") == "x" * 300_000
