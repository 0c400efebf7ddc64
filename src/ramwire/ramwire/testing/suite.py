"""The conformance suite: small tests, one for each thing that the library promises on every wire."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import ramwire
from ramwire.testing.process import ServiceProcess, idle_wake_ups, until
from ramwire.testing.promises import Promise, keeps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPLY = {"state": "ok", "bed": 60.5, "tool": [210, 0.5], "none": None, "on": True, "name": "μ", "n": -1}

IDLE_CLIENT = """
import sys, ramwire
client = ramwire.Client(sys.argv[1], timeout=10.0)
client.call("echo", 1)
client.submit("echo", 2).result()
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
"""


class WireSuite:
    """Subclass it once for each wire, with a fixture `url` that gives a fresh address."""

    scheme: ClassVar[str]
    lacks: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def _skip_what_is_not_promised(self, request: pytest.FixtureRequest) -> None:
        reason = self.lacks.get(request.node.originalname)
        if reason:
            pytest.skip(reason)

    @pytest.fixture
    def service(self, url: str) -> Iterator[ServiceProcess]:
        with ServiceProcess(url) as service:
            yield service

    @pytest.fixture
    def client(self, url: str) -> Iterator[ramwire.Client]:
        with ramwire.Client(url, timeout=10.0) as client:
            yield client

    @pytest.fixture
    def other(self, url: str) -> Iterator[ramwire.Client]:
        """A second client."""
        with ramwire.Client(url, timeout=10.0) as client:
            yield client

    # Calls and their values.

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_call_gives_what_the_verb_returns(self, client: ramwire.Client) -> None:
        assert client.call("add", 2, 5) == 7

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_arguments_may_be_named(self, client: ramwire.Client) -> None:
        assert client.call("add", a=2, b=5) == 7

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    @pytest.mark.parametrize("value", [REPLY, None, [], {}, "", "a\nb\0", 1 << 80, [1, 2], {"a": {"b": []}}])
    def test_values_arrive_as_they_were(self, client: ramwire.Client, value: Any) -> None:
        assert client.call("echo", value) == value

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_a_megabyte_travels_both_ways(self, client: ramwire.Client) -> None:
        text = "0123456789abcdef" * (1 << 16)
        assert client.call("echo", text) == text
        assert client.call("echo", "short") == "short"

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_answer_of_a_coroutine_is_its_value(self, client: ramwire.Client) -> None:
        assert client.call("soon", 3) == 3

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_ping_is_the_time_of_the_handshake(self, client: ramwire.Client) -> None:
        assert 0 < client.ping() < 10

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_note_is_taken_and_run(self, client: ramwire.Client) -> None:
        client.notify("note", "beep")
        assert client.call("notes") == ["beep"]

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_note_that_raises_is_nobodys(self, client: ramwire.Client) -> None:
        client.notify("fail", "unheard")
        assert client.call("add", 1, 1) == 2

    @keeps(Promise.VALUES)
    @pytest.mark.usefixtures("service")
    def test_note_whose_answer_comes_later_holds_up_nothing(self, client: ramwire.Client) -> None:
        client.notify("park", "for ever")
        assert client.call("parked") == ["for ever"]

    # 1. In order.

    @keeps(Promise.IN_ORDER)
    @pytest.mark.usefixtures("service")
    def test_submitted_requests_run_in_the_order_sent(self, client: ramwire.Client) -> None:
        for number in range(50):
            client.submit("note_slowly", number, 0.01 if number % 10 == 0 else 0)
        assert client.call("notes") == list(range(50))

    @keeps(Promise.IN_ORDER)
    @pytest.mark.usefixtures("service")
    def test_notes_keep_their_place_in_the_order(self, client: ramwire.Client) -> None:
        client.submit("note_slowly", 1, 0.05)
        client.notify("note_slowly", 2, 0.05)
        client.submit("note", 3).result()
        assert client.call("notes") == [1, 2, 3]

    @keeps(Promise.IN_ORDER)
    @pytest.mark.usefixtures("service")
    def test_replies_match_their_requests(self, client: ramwire.Client) -> None:
        """Many threads use one client; each gets its own answers."""

        def work(worker: int) -> list[Any]:
            return [client.call("echo", [worker, number]) for number in range(50)]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(work, range(8)))
        assert answers == [[[worker, number] for number in range(50)] for worker in range(8)]

    # 2. At most once.

    @keeps(Promise.AT_MOST_ONCE)
    def test_withdrawn_request_never_runs(self, url: str, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.Timeout):
            client.call("note", "late", timeout=0.05)
        with ServiceProcess(url):
            assert client.call("notes") == []

    @keeps(Promise.AT_MOST_ONCE)
    def test_timeout_tells_that_the_request_has_not_run(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("note", 1, timeout=0.05)
        assert not caught.value.may_have_run
        assert caught.value.nobody

    @keeps(Promise.AT_MOST_ONCE)
    @pytest.mark.usefixtures("service")
    def test_timeout_tells_that_the_request_may_have_run(self, client: ramwire.Client) -> None:
        assert client.call("parked") == []  # connected: what follows is taken in time
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("park", "for ever", timeout=0.05)
        assert caught.value.may_have_run

    @keeps(Promise.AT_MOST_ONCE)
    @pytest.mark.usefixtures("service")
    def test_late_answer_is_no_later_requests_answer(self, client: ramwire.Client) -> None:
        assert client.call("parked") == []
        with pytest.raises(ramwire.Timeout):
            client.call("park", "a", timeout=0.05)
        client.call("release", "a", "late")
        assert [client.call("echo", number) for number in range(20)] == list(range(20))

    @keeps(Promise.AT_MOST_ONCE)
    def test_stopped_server_runs_nothing_withdrawn(
        self, service: ServiceProcess, client: ramwire.Client
    ) -> None:
        assert client.call("notes") == []
        service.pause()
        with pytest.raises(ramwire.Timeout):
            client.call("note", "late", timeout=0.1)
        service.send(signal.SIGCONT)
        assert client.call("notes") == []

    @keeps(Promise.ALWAYS_AN_END)
    def test_timeout_at_a_stopped_server_tells_that_the_request_has_not_run(
        self, service: ServiceProcess, client: ramwire.Client
    ) -> None:
        client.call("echo", 1)
        service.pause()
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("note", "late", timeout=0.1)
        service.send(signal.SIGCONT)
        assert not caught.value.may_have_run

    @keeps(Promise.AT_MOST_ONCE)
    @pytest.mark.usefixtures("service")
    def test_cancelled_submission_is_never_sent(self, client: ramwire.Client) -> None:
        client.submit("sleep", 0.1)
        cancelled = client.submit("note", "never")
        assert cancelled.cancel()
        assert client.call("notes") == []

    # 3. Always an end.

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_what_a_verb_raises_reaches_its_caller(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError) as caught:
            client.call("fail", "no: bed\nat all")
        assert (caught.value.kind, caught.value.text) == ("ValueError", "no: bed\nat all")

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_misspelt_verb_is_told_the_near_one(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError, match=r"there is no verb ech; did you mean echo\?$"):
            client.call("ech", 1)

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_unknown_verb_is_told_all_there_are(self, client: ramwire.Client) -> None:
        with pytest.raises(
            ramwire.RemoteError, match=r"no verb qqqq; there is add, echo, .*, stranger$"
        ) as told:
            client.call("qqqq", 1)
        assert told.value.kind == "UnknownVerb"

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_wrong_arguments_are_told_the_signature(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError, match=r"'b'; it is add\(a, b\)$"):
            client.call("add", 1)

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    @pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes", {1, 2}])
    def test_what_json_cannot_say_is_not_sent(self, client: ramwire.Client, value: object) -> None:
        with pytest.raises(ramwire.BadMessage):
            client.call("note", value)
        assert client.call("notes") == []

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_what_is_too_long_for_a_line_is_not_sent(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.BadMessage, match="4194304 are the most"):
            client.call("note", "x" * (4 << 20))
        assert client.call("notes") == []

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_answer_that_no_wire_carries_is_an_error(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError, match="Service"):
            client.call("stranger")

    @keeps(Promise.ALWAYS_AN_END)
    def test_call_ends_when_the_server_dies(
        self, service: ServiceProcess, client: ramwire.Client, other: ramwire.Client
    ) -> None:
        """It does not wait for its timeout."""
        answer = client.submit("park", "x", timeout=600.0)
        until(lambda: other.call("parked") == ["x"])
        service.kill()
        with pytest.raises(ramwire.ServerGone):
            answer.result(timeout=5)

    @keeps(Promise.ALWAYS_AN_END)
    def test_call_ends_when_the_client_is_closed(self, url: str) -> None:
        client = ramwire.Client(url)
        answer = client.submit("echo", 1, timeout=600.0)
        until(answer.running)
        client.close()
        with pytest.raises(ramwire.Refused):
            answer.result(timeout=5)
        with pytest.raises(ramwire.Refused):
            client.call("echo", 1)

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.parametrize(
        "error",
        [ramwire.Timeout("t", False, True), ramwire.RemoteError("text", "Kind"), ramwire.ServerGone("gone")],
    )
    def test_errors_survive_pickling(self, error: ramwire.WireError) -> None:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_request_that_waits_for_an_earlier_one_ends_by_its_own_timeout(
        self, client: ramwire.Client, other: ramwire.Client
    ) -> None:
        slow = client.submit("sleep", 2.0)
        until(slow.running)
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("note", "late", timeout=0.05)
        assert not slow.done()
        assert not caught.value.may_have_run
        slow.result()
        assert other.call("notes") == []

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    @pytest.mark.parametrize("timeout", [1e9, float("inf")])
    def test_timeout_may_be_as_long_as_one_likes(self, client: ramwire.Client, timeout: float) -> None:
        assert client.call("sleep", 0.5, timeout=timeout) == 0.5

    @keeps(Promise.ALWAYS_AN_END)
    @pytest.mark.usefixtures("service")
    def test_exception_that_has_no_text_reaches_its_caller(self, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.RemoteError, match="_Speechless"):
            client.call("fail_without_words")

    # 4. Either end may come first, die, and return.

    @keeps(Promise.DIE_AND_RETURN)
    def test_client_may_come_first(self, url: str, client: ramwire.Client) -> None:
        answer = client.submit("add", 2, 5)
        until(answer.running)
        with ServiceProcess(url):
            assert answer.result() == 7

    @keeps(Promise.DIE_AND_RETURN)
    def test_client_goes_on_after_the_server_was_killed(self, url: str, client: ramwire.Client) -> None:
        pids = set()
        for _ in range(3):
            with ServiceProcess(url) as service:
                assert client.call("pid") == service.pid
                pids.add(service.pid)
                service.kill()
        assert len(pids) == 3

    @keeps(Promise.DIE_AND_RETURN)
    def test_client_goes_on_after_the_server_was_stopped(self, url: str, client: ramwire.Client) -> None:
        for _ in range(2):
            with ServiceProcess(url) as service:
                assert client.call("echo", 1) == 1
                service.stop()

    @keeps(Promise.DIE_AND_RETURN)
    def test_request_waits_for_the_next_server(self, url: str, client: ramwire.Client) -> None:
        with ServiceProcess(url) as service:
            client.call("echo", 1)
            service.kill()
        answer = client.submit("echo", 2)
        until(answer.running)
        with ServiceProcess(url):
            assert answer.result() == 2

    @keeps(Promise.DIE_AND_RETURN)
    @pytest.mark.usefixtures("service")
    def test_second_server_is_refused_and_told_who_serves(self, url: str, client: ramwire.Client) -> None:
        with pytest.raises(ramwire.Refused, match=str(client.call("pid"))):
            ramwire.Server(url).run()
        assert client.call("echo", 1) == 1

    @keeps(Promise.DIE_AND_RETURN)
    def test_server_may_be_stopped_by_its_own_verb(self, url: str) -> None:
        server = ramwire.Server(url)
        server.verb(name="quit")(server.stop)
        with ramwire.Client(url) as client:
            server.start()
            client.notify("quit")
            server.wait()
            with pytest.raises(ramwire.Timeout):
                client.call("quit", timeout=0.05)

    @keeps(Promise.DIE_AND_RETURN)
    @pytest.mark.usefixtures("service")
    def test_forked_child_has_a_client_of_its_own(self, client: ramwire.Client) -> None:
        assert client.submit("echo", 1).result() == 1  # it has a thread, which the child will not have
        child = os.fork()
        if child == 0:
            ok = all(client.call("echo", number) == number for number in range(100))
            os._exit(0 if ok and client.submit("echo", 1).result(timeout=10) == 1 else 1)
        assert all(client.call("echo", -number) == -number for number in range(100))
        assert os.waitpid(child, 0)[1] == 0

    # 5. Nothing it reads can hurt it, and 6. a slow or raising verb holds up nobody but its caller.

    @keeps(Promise.SLOW_HOLDS_UP_NOBODY)
    @pytest.mark.usefixtures("service")
    def test_slow_verb_holds_up_no_other_client(self, client: ramwire.Client, other: ramwire.Client) -> None:
        slow = client.submit("sleep", 1.0)
        until(slow.running)
        assert [other.call("echo", number) for number in range(10)] == list(range(10))
        assert not slow.done()
        assert slow.result() == 1.0

    @keeps(Promise.SLOW_HOLDS_UP_NOBODY)
    @pytest.mark.usefixtures("service")
    def test_slow_verbs_run_side_by_side(self, url: str) -> None:
        clients = [ramwire.Client(url, timeout=20) for _ in range(12)]
        answers = [client.submit("meet", 12) for client in clients]
        assert [answer.result() for answer in answers] == [None] * 12
        for client in clients:
            client.close()

    @keeps(Promise.SLOW_HOLDS_UP_NOBODY)
    @pytest.mark.usefixtures("service")
    def test_threads_of_one_client_do_not_wait_for_each_other(self, client: ramwire.Client) -> None:
        thread = threading.Thread(target=client.call, args=("park", "x"))
        thread.start()
        until(lambda: client.call("parked") == ["x"])
        assert thread.is_alive()
        client.call("release", "x", None)
        thread.join()

    @keeps(Promise.SLOW_HOLDS_UP_NOBODY)
    @pytest.mark.usefixtures("service")
    def test_deferred_answer_does_not_hold_up_its_own_client(self, client: ramwire.Client) -> None:
        first, second = client.submit("park", "a"), client.submit("park", "b")
        assert client.call("parked") == ["a", "b"]
        client.call("release", "b", 2)
        assert second.result() == 2
        assert not first.done()
        client.call("release", "a", 1)
        assert first.result() == 1

    @keeps(Promise.SLOW_HOLDS_UP_NOBODY)
    @pytest.mark.usefixtures("service")
    def test_many_answers_may_be_outstanding(self, client: ramwire.Client) -> None:
        answers = [client.submit("park", str(number)) for number in range(40)]
        for number in reversed(range(40)):
            client.call("release", str(number), number)
        assert [answer.result() for answer in answers] == list(range(40))

    # 7. Still when idle.

    @keeps(Promise.STILL_WHEN_IDLE)
    @pytest.mark.parametrize("end", ["server", "client"])
    def test_nothing_wakes_up_while_nothing_happens(
        self, service: ServiceProcess, url: str, end: str
    ) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", IDLE_CLIENT, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as client:
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n"
            wake_ups = idle_wake_ups(service.pid if end == "server" else client.pid)
        if wake_ups is None:
            pytest.skip("the machine's mounts never rest (containers that come and go?)")
        assert wake_ups == 0

    # The asyncio twins.

    @keeps(Promise.ASYNCIO)
    def test_async_ends_talk_to_each_other(self, url: str) -> None:
        async def talk() -> tuple[Any, Any, list[int]]:
            server, heard = ramwire.AsyncServer(url), []

            @server.verb
            async def double(value: int) -> int:
                await asyncio.sleep(0)
                return 2 * value

            @server.verb(name="hear")
            def hear(value: int) -> None:
                heard.append(value)

            async with server, ramwire.AsyncClient(url) as client:
                seconds = await client.ping()
                await client.notify("hear", 0)
                await asyncio.gather(*(client.call("hear", number) for number in range(1, 10)))
                return await client.call("double", 21), seconds, heard

        doubled, seconds, heard = asyncio.run(talk())
        assert doubled == 42
        assert seconds > 0
        assert heard == list(range(10))

    @keeps(Promise.ASYNCIO)
    @pytest.mark.usefixtures("service")
    def test_async_client_raises_what_the_other_does(self, url: str) -> None:
        async def talk() -> None:
            async with ramwire.AsyncClient(url) as client:
                await client.call("fail", "so")

        with pytest.raises(ramwire.RemoteError, match="ValueError: so"):
            asyncio.run(talk())

    # Addresses.

    @keeps(Promise.ADDRESSES)
    def test_unknown_option_is_told_the_known_ones(self, url: str) -> None:
        with pytest.raises(ramwire.Refused, match="has no option colour"):
            ramwire.Client(f"{url}{'&' if '?' in url else '?'}colour=red")
