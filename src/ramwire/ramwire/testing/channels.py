"""The conformance suite of channels: what `ramwire.Channel` promises on every wire that has one."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

import pytest

import ramwire
from ramwire.testing.process import idle_wake_ups, until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PATIENCE_S = 10.0

WAITING_END = """
import sys, threading, ramwire
channel = ramwire.Channel(sys.argv[1], end=sys.argv[2])
def echo():
    for message in channel:
        channel.send("heard " + message, timeout=10)
threading.Thread(target=echo, daemon=True).start()
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
channel.close()
"""


class OtherEnd:
    """The other end in a process of its own: it echoes each message as `heard MESSAGE`."""

    def __init__(self, url: str, end: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WAITING_END, url, end],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        """Let it close its end."""
        self._process.communicate(timeout=PATIENCE_S)

    def __enter__(self) -> OtherEnd:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self.kill()


def send_all(channel: ramwire.Channel[str], texts: Iterable[str]) -> None:
    for text in texts:
        channel.send(text, timeout=PATIENCE_S)


class ChannelSuite:
    """Subclass it once for each wire that has channels, with a fixture `url` that gives a fresh address."""

    scheme: ClassVar[str]
    lacks: ClassVar[Mapping[str, str]] = {}
    large_bytes: ClassVar[int] = 16 << 20
    """The largest message that the wire promises to carry, 16 MB if it has no bound."""

    @pytest.fixture(autouse=True)
    def _skip_what_is_not_promised(self, request: pytest.FixtureRequest) -> None:
        reason = self.lacks.get(request.node.originalname)
        if reason:
            pytest.skip(reason)

    @pytest.fixture
    def server(self, url: str) -> Iterator[ramwire.Channel[str]]:
        with ramwire.Channel(url, end="server") as channel:
            yield channel

    @pytest.fixture
    def client(self, url: str, server: ramwire.Channel[str]) -> Iterator[ramwire.Channel[str]]:
        del server  # it comes first, so that both are there when a message is sent
        with ramwire.Channel(url, end="client") as channel:
            yield channel

    def test_texts_travel_both_ways(self, server: ramwire.Channel[str], client: ramwire.Channel[str]) -> None:
        client.send("ahoy, μ!", timeout=PATIENCE_S)
        assert server.recv(timeout=PATIENCE_S) == "ahoy, μ!"
        server.send("aye", timeout=PATIENCE_S)
        assert client.recv(timeout=PATIENCE_S) == "aye"

    def test_messages_arrive_in_the_order_sent(
        self, server: ramwire.Channel[str], client: ramwire.Channel[str]
    ) -> None:
        sent = [f"message {number}" for number in range(500)]
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send_all, client, sent)
            assert [server.recv(timeout=PATIENCE_S) for _ in sent] == sent
            sending.result()

    def test_threads_that_send_at_once_tear_no_message(
        self, server: ramwire.Channel[str], client: ramwire.Channel[str]
    ) -> None:
        texts = [letter * 900 for letter in "abcd"]
        with ThreadPoolExecutor(4) as pool:
            sending = [pool.submit(send_all, client, [text] * 25) for text in texts]
            heard = [server.recv(timeout=PATIENCE_S) for _ in range(100)]
            for each in sending:
                each.result()
        assert sorted(heard) == sorted(texts * 25)

    def test_bytes_travel_where_texts_are_not_wanted(self, url: str) -> None:
        content = bytes(byte for byte in range(256) if byte != ord("\n"))
        with (
            ramwire.Channel(url, end="server", text=False) as server,
            ramwire.Channel(url, end="client", text=False) as client,
        ):
            client.send(content, timeout=PATIENCE_S)
            assert server.recv(timeout=PATIENCE_S) == content

    def test_large_message_arrives_whole(
        self, server: ramwire.Channel[str], client: ramwire.Channel[str]
    ) -> None:
        text = ("0123456789abcdef" * (self.large_bytes // 16 + 1))[: self.large_bytes]
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(client.send, text, 3 * PATIENCE_S)
            assert server.recv(timeout=3 * PATIENCE_S) == text
            sending.result()

    def test_wrong_type_is_told(self, client: ramwire.Channel[str]) -> None:
        with pytest.raises(ramwire.BadMessage, match="sends str, not bytes"):
            client.send(b"bytes")  # type: ignore[arg-type] # this is what is tested

    def test_waiting_ends_by_the_timeout(self, server: ramwire.Channel[str]) -> None:
        with pytest.raises(ramwire.Timeout):
            server.recv(timeout=0.05)

    @pytest.mark.parametrize("end", ["server", "client"])
    def test_close_ends_a_blocked_receive(self, url: str, end: ramwire.contract.End) -> None:
        channel = ramwire.Channel(url, end=end)
        entered = threading.Event()
        with ThreadPoolExecutor(1) as pool:

            def wait() -> str:
                entered.set()
                return channel.recv()

            waiting = pool.submit(wait)
            entered.wait()
            channel.close()
            with pytest.raises(ramwire.Refused):
                waiting.result(timeout=PATIENCE_S)

    @pytest.mark.parametrize("end", ["server", "client"])
    def test_close_ends_a_blocked_send(self, url: str, end: ramwire.contract.End) -> None:
        """Nobody is there to receive."""
        channel = ramwire.Channel(url, end=end)
        first = threading.Event()
        with ThreadPoolExecutor(1) as pool:

            def fill() -> None:
                while True:
                    first.set()
                    channel.send("x" * 4000)

            sending = pool.submit(fill)
            first.wait()
            channel.close()
            with pytest.raises(ramwire.Refused):
                sending.result(timeout=PATIENCE_S)

    def test_closed_end_does_nothing_more(self, server: ramwire.Channel[str]) -> None:
        server.close()
        server.close()
        with pytest.raises(ramwire.Refused):
            server.send("late")
        with pytest.raises(ramwire.Refused):
            server.recv()

    def test_iteration_ends_when_the_end_is_closed(
        self, server: ramwire.Channel[str], client: ramwire.Channel[str]
    ) -> None:
        for number in range(3):
            client.send(str(number), timeout=PATIENCE_S)
        heard = []
        for message in server:
            heard.append(message)
            if message == "2":
                server.close()
        assert heard == ["0", "1", "2"]

    @pytest.mark.parametrize(("ours", "theirs"), [("server", "client"), ("client", "server")])
    def test_other_end_may_die_and_return(self, url: str, ours: ramwire.contract.End, theirs: str) -> None:
        with ramwire.Channel(url, end=ours) as channel:
            for number in range(3):
                with OtherEnd(url, theirs) as other:
                    channel.send(f"to {number}", timeout=PATIENCE_S)
                    assert channel.recv(timeout=PATIENCE_S) == f"heard to {number}"
                    if number % 2:
                        other.stop()
                    else:
                        other.kill()

    @pytest.mark.parametrize(("ours", "theirs"), [("server", "client"), ("client", "server")])
    def test_nothing_wakes_up_while_nothing_happens(
        self, url: str, ours: ramwire.contract.End, theirs: str
    ) -> None:
        with ramwire.Channel(url, end=ours) as channel, OtherEnd(url, theirs) as other:
            channel.send("before", timeout=PATIENCE_S)
            assert channel.recv(timeout=PATIENCE_S) == "heard before"
            wake_ups = idle_wake_ups(other.pid)
            if wake_ups is None:
                pytest.skip("the machine's mounts never rest (containers that come and go?)")
            assert wake_ups == 0
            channel.send("after", timeout=PATIENCE_S)
            assert channel.recv(timeout=PATIENCE_S) == "heard after"

    def test_unknown_option_is_told_the_known_ones(self, url: str) -> None:
        both = "&" if "?" in url else "?"
        with pytest.raises(ramwire.Refused, match="has no option colour"):
            ramwire.Channel(f"{url}{both}colour=red", end="server")

    def test_unknown_end_is_told_the_known_ones(self, url: str) -> None:
        with pytest.raises(ramwire.Refused, match='"server" and "client"'):
            ramwire.Channel(url, end="middle")  # type: ignore[call-overload] # this is what is tested

    def test_receiving_thread_does_not_hold_up_a_sender(
        self, server: ramwire.Channel[str], client: ramwire.Channel[str]
    ) -> None:
        heard: list[str] = []
        thread = threading.Thread(target=lambda: heard.append(server.recv(timeout=PATIENCE_S)))
        thread.start()
        server.send("meanwhile", timeout=PATIENCE_S)
        assert client.recv(timeout=PATIENCE_S) == "meanwhile"
        client.send("done", timeout=PATIENCE_S)
        until(lambda: heard == ["done"])
        thread.join()
