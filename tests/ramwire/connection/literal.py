"""Programs that know `multiprocessing.connection` and nothing of us, as either end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.connection.ends import Meeting

PEERS = Path(__file__).parent.parent / "literal/peers"


class Peer:
    """The client in a process of its own."""

    def __init__(self, meeting: Meeting, keyfile: Path) -> None:
        where = meeting.address if isinstance(meeting.address, str) else ":".join(map(str, meeting.address))
        self._process = subprocess.Popen(
            [sys.executable, str(PEERS / "connection_client.py"), where, str(keyfile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, verb: str, *arguments: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def call(self, verb: str, *arguments: object) -> Any:
        self.ask(verb, *arguments)
        return self.answer()

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()


class LiteralPeers:
    """To be subclassed with the fixtures `meeting`, `url` and `keyfile`."""

    @pytest.fixture
    def peer(self, meeting: Meeting, keyfile: Path, url: str) -> Iterator[Peer]:
        with ServiceProcess(url):
            peer = Peer(meeting, keyfile)
            yield peer
            peer.close()

    @contextmanager
    def serving(self, meeting: Meeting, keyfile: Path) -> Iterator[subprocess.Popen[str]]:
        where = meeting.address if isinstance(meeting.address, str) else ":".join(map(str, meeting.address))
        program = [sys.executable, str(PEERS / "connection_server.py"), where, str(keyfile)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                yield process
            finally:
                process.kill()
        if isinstance(meeting.address, str):
            Path(meeting.address).unlink(missing_ok=True)

    @pytest.fixture
    def server(self, meeting: Meeting, keyfile: Path) -> Iterator[subprocess.Popen[str]]:
        with self.serving(meeting, keyfile) as process:
            yield process

    @pytest.fixture
    def client(self, url: str) -> Iterator[ramwire.Client]:
        with ramwire.Client(url, timeout=10.0) as client:
            yield client

    # It is the client.

    def test_foreign_client_gets_values(self, peer: Peer) -> None:
        assert peer.call("add", 2, 5) == 7
        assert peer.call("echo", {"a": [1, None, "μ"]}) == {"a": [1, None, "μ"]}
        assert peer.call("echo", "x" * 1_000_000) == "x" * 1_000_000
        assert peer.call("soon", 3) == 3

    def test_foreign_client_gets_an_exception_of_pythons_own(self, peer: Peer) -> None:
        assert peer.call("fail", "no: bed") == {"error": "ValueError", "text": "no: bed"}
        assert peer.call("add", 1, 1) == 2

    def test_foreign_client_is_told_in_words_what_python_has_no_class_for(self, peer: Peer) -> None:
        told = peer.call("ech")
        assert told["error"] == "RuntimeError"
        assert told["text"].startswith("UnknownVerb: there is no verb ech; did you mean echo?")

    def test_foreign_client_gets_a_late_answer(self, peer: Peer, client: ramwire.Client) -> None:
        peer.ask("park", "x")
        until(lambda: client.call("parked") == ["x"])
        client.call("release", "x", "late")
        assert peer.answer() == "late"
        assert peer.call("add", 1, 1) == 2

    def test_foreign_client_that_asks_on_gets_its_answers_in_order(
        self, peer: Peer, meeting: Meeting, client: ramwire.Client
    ) -> None:
        """It does not wait for the first answer, which comes late."""
        assert peer.call("add", 1, 1) == 2
        with meeting.literal() as hasty:
            hasty.send(["park", "x"])
            hasty.send(["echo", "second"])
            until(lambda: client.call("parked") == ["x"])
            assert not hasty.poll(0.1)
            client.call("release", "x", "first")
            assert [hasty.recv(), hasty.recv()] == ["first", "second"]

    def test_foreign_clients_do_not_cross_answers(
        self, peer: Peer, meeting: Meeting, keyfile: Path, client: ramwire.Client
    ) -> None:
        peers = [peer, *(Peer(meeting, keyfile) for _ in range(3))]

        def work(number: int) -> list[Any]:
            return [peers[number].call("echo", [number, count]) for count in range(50)]

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(work, range(4)))
        assert answers == [[[number, count] for count in range(50)] for number in range(4)]
        assert client.call("echo", 1) == 1
        for other in peers[1:]:
            other.close()

    def test_foreign_client_that_dies_harms_nobody(
        self, peer: Peer, meeting: Meeting, keyfile: Path, client: ramwire.Client
    ) -> None:
        other = Peer(meeting, keyfile)
        other.ask("sleep", 600)
        other.kill()
        other.close()
        assert peer.call("add", 1, 1) == 2
        assert client.call("add", 1, 1) == 2

    # It is the server.

    @pytest.mark.usefixtures("server")
    def test_foreign_server_gives_values(self, client: ramwire.Client) -> None:
        assert client.call("add", 2, 5) == 7
        assert client.call("echo", "x" * 1_000_000) == "x" * 1_000_000
        assert client.submit("add", 1, 1).result() == 2
        assert client.ping() > 0

    @pytest.mark.usefixtures("server")
    def test_foreign_servers_exception_is_a_remote_error(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError) as caught:
            client.call("divide", 1, 0)
        assert (caught.value.kind, caught.value.text) == ("ZeroDivisionError", "division by zero")
        assert client.call("add", 1, 1) == 2

    @pytest.mark.usefixtures("server")
    def test_foreign_servers_strange_answer_is_an_error(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.BadMessage, match="Custom"):
            client.call("custom")
        assert client.call("add", 1, 1) == 2

    @pytest.mark.usefixtures("server")
    def test_named_arguments_are_refused_before_they_are_sent(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.BadMessage, match="by position"):
            client.call("add", a=1, b=2)

    @pytest.mark.usefixtures("server")
    def test_note_to_a_foreign_server_runs(self, client: ramwire.Client) -> None:
        client.notify("note", 1)
        client.notify("note", 2)
        assert client.call("notes") == [1, 2]

    @pytest.mark.usefixtures("server")
    def test_foreign_servers_slow_verb_ends_by_the_timeout(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("sleep", 60, timeout=0.2)
        assert caught.value.may_have_run
        assert client.call("add", 1, 1) == 2

    @pytest.mark.usefixtures("server")
    def test_threads_share_a_foreign_server(self, client: ramwire.Client) -> None:
        def work(worker: int) -> list[Any]:
            return [client.call("echo", [worker, number]) for number in range(30)]

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(work, range(4)))
        assert answers == [[[worker, number] for number in range(30)] for worker in range(4)]

    def test_foreign_servers_death_is_told_at_once(self, server: subprocess.Popen[str], url: str) -> None:
        with ramwire.Client(url, timeout=600.0) as client:
            client.call("add", 1, 1)
            answer = client.submit("sleep", 600)
            threading.Timer(0.3, server.kill).start()
            with pytest.raises(ramwire.ServerGone):
                answer.result(timeout=5)

    def test_foreign_server_may_come_later_and_come_back(
        self, meeting: Meeting, keyfile: Path, client: ramwire.Client
    ) -> None:
        for number in range(2):
            answer = client.submit("add", number, 5)
            until(answer.running)
            with self.serving(meeting, keyfile):
                assert answer.result() == number + 5

    def test_server_of_ours_may_follow_a_foreign_one(
        self, meeting: Meeting, keyfile: Path, url: str, client: ramwire.Client
    ) -> None:
        with self.serving(meeting, keyfile):
            assert client.call("add", 1, 1) == 2
        with ServiceProcess(url):
            assert client.call("add", a=2, b=2) == 4
