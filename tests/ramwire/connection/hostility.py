"""What both wires are told by strangers, and by peers that have the key and no manners."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Client, Connection
from pathlib import Path

import pytest
from ramwire.connection import gate, serving
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.connection.ends import Meeting, descriptors, frame, is_hung_up_on

VERBS = {"echo": lambda value=None: value}

JUNK = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x00",
    b"\xff" * 4,
    b"\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x00\x00\x00\x00",
    frame(b"#CHALLENGE#" + b"x" * 20),
    frame(b"#WELCOME#"),
    os.urandom(5000),
]


class Calls:
    """Writes a file when it is unpickled by a reader that lets it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._path),)


def deep_pickle() -> bytes:
    return b"\x80\x04" + b"(" * 100_000 + b"l" * 100_000 + b"."


def many_times(value: object) -> object:
    """Ten times, and that ten times, and so on: a few hundred bytes of pickle, and gigabytes of JSON."""
    for _ in range(9):
        value = [value] * 10
    return value


def endless() -> list[object]:
    request: list[object] = ["echo"]
    request.append(request)
    return request


class ConnectionHostility:
    """To be subclassed with the fixtures `meeting` and its `url`."""

    @pytest.fixture
    def server(self, url: str) -> Iterator[ramwire.Server]:
        with ramwire.Server(url, verbs=VERBS) as server:
            yield server

    @pytest.fixture
    def client(self, url: str) -> Iterator[ramwire.Client]:
        with ramwire.Client(url, timeout=10.0) as client:
            yield client

    # Strangers at the server's door.

    @pytest.mark.usefixtures("server")
    @pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:20].hex())
    def test_junk_in_place_of_the_handshake_harms_nobody(
        self, meeting: Meeting, client: ramwire.Client, junk: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)
        with meeting.raw() as stranger:
            stranger.sendall(junk)
            assert client.call("echo", 1) == 1
            assert is_hung_up_on(stranger)
        assert client.call("echo", 2) == 2

    @pytest.mark.usefixtures("server")
    def test_silent_stranger_is_let_go_after_a_time(
        self, meeting: Meeting, client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)
        with meeting.raw() as stranger:
            assert is_hung_up_on(stranger)
        assert client.call("echo", 1) == 1

    @pytest.mark.usefixtures("server")
    def test_stranger_that_drips_is_let_go_after_a_time(
        self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each byte comes in time, the handshake as a whole does not."""
        monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)
        over = threading.Event()
        with meeting.raw() as stranger:

            def drip() -> None:
                for byte in frame(b"#" * 250):
                    try:
                        stranger.send(bytes([byte]))
                    except OSError:
                        return
                    if over.wait(0.05):
                        return

            dripping = threading.Thread(target=drip)
            dripping.start()
            assert is_hung_up_on(stranger)
            over.set()
            dripping.join()

    @pytest.mark.usefixtures("server")
    def test_half_a_handshake_ends_in_time(
        self, meeting: Meeting, client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)
        with meeting.raw() as stranger:
            assert stranger.recv(256)[4:].startswith(b"#CHALLENGE#")
            stranger.sendall(frame(b"x" * 20)[:10])
            assert client.call("echo", 1) == 1
            assert is_hung_up_on(stranger)

    def test_crowd_of_silent_strangers_keeps_nobody_out(
        self, meeting: Meeting, url: str, client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever has been longest in the handshake goes when one too many comes."""
        monkeypatch.setattr(gate, "MOST_STRANGERS", 10)
        before = descriptors()
        with ramwire.Server(url, verbs=VERBS), ExitStack() as stack:
            crowd = [stack.enter_context(meeting.raw()) for _ in range(40)]
            assert client.call("echo", 1) == 1
            assert all(map(is_hung_up_on, crowd[:29]))
        client.close()
        until(lambda: descriptors() <= before)

    @pytest.mark.usefixtures("server")
    def test_wrong_key_is_refused(self, meeting: Meeting, client: ramwire.Client) -> None:
        with pytest.raises(multiprocessing.AuthenticationError):
            Client(meeting.address, authkey=b"another key")
        assert client.call("echo", 1) == 1

    @pytest.mark.usefixtures("server")
    def test_many_wrong_keys_are_one_line_in_the_log(
        self, meeting: Meeting, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(5):
            with pytest.raises(multiprocessing.AuthenticationError):
                Client(meeting.address, authkey=b"another key")
        until(lambda: caplog.records)
        assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
            "a client was not let in: the other end has not this key"
        ]

    @pytest.mark.usefixtures("server")
    def test_many_giants_are_one_line_in_the_log(
        self, meeting: Meeting, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(5):
            with meeting.literal() as peer:
                os.write(peer.fileno(), struct.pack("!i", 1 << 30))
                with pytest.raises((EOFError, ConnectionResetError)):
                    peer.recv()
        until(lambda: caplog.records)
        assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
            "a session was ended: a frame of 1073741824 bytes, where 4194305 are the most"
        ]

    @pytest.mark.usefixtures("server")
    def test_wrong_key_of_our_own_client_is_told(self, meeting: Meeting, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.touch(0o600)
        other.write_bytes(b"another key")
        url = f"{meeting.url.partition('?')[0]}?keyfile={other}"
        with ramwire.Client(url, timeout=10.0) as client, pytest.raises(ramwire.Refused, match="another key"):
            client.call("echo", 1)

    @pytest.mark.usefixtures("server")
    def test_handshake_that_was_overheard_opens_nothing(self, meeting: Meeting) -> None:
        """What a client has said is said again, word for word."""
        heard: list[bytes] = []
        with meeting.stranger() as connection:
            challenge = connection.recv_bytes(256)
            from ramwire.connection.handshake import proof  # noqa: PLC0415

            heard.append(proof(meeting.key, challenge[len(b"#CHALLENGE#") :]))
            connection.send_bytes(heard[0])
            assert connection.recv_bytes(256) == b"#WELCOME#"
        with meeting.stranger() as connection:
            connection.recv_bytes(256)
            connection.send_bytes(heard[0])
            assert connection.recv_bytes(256) == b"#FAILURE#"

    @pytest.mark.usefixtures("server")
    def test_server_proves_nothing_to_who_has_not_the_key(self, meeting: Meeting) -> None:
        """To send the server's own challenge back to it does not make it answer."""
        with meeting.stranger() as connection:
            challenge = connection.recv_bytes(256)
            connection.send_bytes(challenge)
            assert connection.recv_bytes(256) == b"#FAILURE#"

    # Peers that have the key.

    @pytest.mark.usefixtures("server")
    def test_pickle_that_calls_is_answered_with_an_error(self, meeting: Meeting, tmp_path: Path) -> None:
        with meeting.literal() as peer:
            peer.send(["echo", Calls(tmp_path / "made")])
            answer = peer.recv()
            assert isinstance(answer, Exception)
            assert "mkdir" in str(answer)
            assert not (tmp_path / "made").exists()
            peer.send(["echo", 1])
            assert peer.recv() == 1

    @pytest.mark.usefixtures("server")
    @pytest.mark.parametrize(
        "content",
        [
            pickle.dumps("echo"),
            pickle.dumps([]),
            pickle.dumps([1, 2]),
            pickle.dumps({"verb": "echo"}),
            pickle.dumps(["no verb!", 1]),
            pickle.dumps(["echo", b"bytes"]),
            pickle.dumps(["echo", float("nan")]),
            pickle.dumps(["echo", 10**2000]),
            b"",
            b"\x80",
            b"junk",
            deep_pickle(),
            b"\x80\x04r\xff\xff\xff\x7f.",
            pickle.dumps(["echo", many_times(["x" * 1000])]),
            pickle.dumps(["echo", many_times({"x": 1})]),
            pickle.dumps(endless()),
        ],
        ids=lambda content: content[:12].hex() or "empty",
    )
    def test_request_that_is_none_is_answered_with_an_error(self, meeting: Meeting, content: bytes) -> None:
        with meeting.literal() as peer:
            peer.send_bytes(content)
            assert peer.poll(10)
            assert isinstance(peer.recv(), Exception)
            peer.send(["echo", 1])
            assert peer.recv() == 1

    @pytest.mark.usefixtures("server")
    def test_giant_ends_its_own_session_alone(self, meeting: Meeting, client: ramwire.Client) -> None:
        with meeting.literal() as peer:
            os.write(peer.fileno(), struct.pack("!i", 1 << 30))
            with pytest.raises((EOFError, ConnectionResetError)):
                peer.recv()
        assert client.call("echo", 1) == 1

    @pytest.mark.usefixtures("server")
    @pytest.mark.parametrize("record", [b"c", b"cecho", b"c\xff\xfe\n", b"n", b"necho 1\n", b"cecho [1\n"])
    def test_record_of_ours_that_is_broken_harms_nobody(
        self, meeting: Meeting, client: ramwire.Client, record: bytes
    ) -> None:
        with meeting.literal() as peer:
            peer.send_bytes(record)
            assert peer.poll(10)
            assert peer.recv_bytes()[:1] in b"!.t"
        assert client.call("echo", 1) == 1

    @pytest.mark.usefixtures("server")
    def test_half_a_request_never_runs(self, meeting: Meeting, client: ramwire.Client) -> None:
        with meeting.literal() as peer:
            os.write(peer.fileno(), frame(pickle.dumps(["echo", 1]))[:-3])
        assert client.call("echo", 1) == 1

    # Servers that our client meets.

    @contextmanager
    def answering(self, meeting: Meeting, *said: bytes) -> Iterator[None]:
        """A program at the address that says what it has to say and then listens, to each who comes."""
        listening = meeting.listener()
        listening.settimeout(None)  # `shutdown` wakes what waits in `accept` alone
        kept: list[socket.socket] = []

        def work() -> None:
            while True:
                try:
                    kept.append(listening.accept()[0])
                    for part in said:
                        kept[-1].sendall(part)
                except OSError:
                    return

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connected in (listening, *kept):
                connected.close()

    @pytest.mark.parametrize(
        "junk",
        [
            b"220 mail ESMTP ready\r\n",
            frame(b"hello"),
            frame(b"#CHALLENGE#{md2}" + b"x" * 20),
            frame(b"x" * 9999),
        ],
        ids=["smtp", "hello", "digest", "long"],
    )
    def test_what_is_no_server_is_told(self, meeting: Meeting, client: ramwire.Client, junk: bytes) -> None:
        with self.answering(meeting, junk), pytest.raises(ramwire.Refused, match="no server of this wire"):
            client.call("echo", 1)

    def test_server_that_says_nothing_ends_in_a_timeout(self, meeting: Meeting, url: str) -> None:
        with self.answering(meeting), ramwire.Client(url, timeout=0.2) as client:
            with pytest.raises(ramwire.Timeout) as caught:
                client.call("echo", 1)
            assert not caught.value.may_have_run
            assert not caught.value.nobody

    def test_server_that_drips_ends_in_a_timeout(self, meeting: Meeting, url: str) -> None:
        dripping = frame(b"#CHALLENGE#")[:6]
        with self.answering(meeting, dripping), ramwire.Client(url, timeout=0.2) as client:
            begin = time.monotonic()
            with pytest.raises(ramwire.Timeout):
                client.call("echo", 1)
            assert time.monotonic() - begin < 5

    def test_server_that_has_not_the_key_learns_nothing_of_a_request(
        self, meeting: Meeting, client: ramwire.Client
    ) -> None:
        """It welcomes whatever it is told; and is asked to prove that it has the key, too."""
        said = (frame(b"#CHALLENGE#" + b"x" * 20), frame(b"#WELCOME#"), frame(b"x" * 16))
        with self.answering(meeting, *said), pytest.raises(ramwire.Refused, match="another key"):
            client.call("echo", "a secret")

    def test_server_that_has_not_the_key_cannot_have_another_session_prove_it(
        self, meeting: Meeting, url: str
    ) -> None:
        """What one session of a client asks it, it asks another."""
        with ExitStack() as stack:
            listening = stack.enter_context(meeting.listener())
            one, other = (stack.enter_context(ramwire.Client(url, timeout=10.0)) for _ in range(2))
            first, second = one.submit("echo", "a secret"), other.submit("echo", "a secret")
            asks, proves = (stack.enter_context(Connection(listening.accept()[0].detach())) for _ in range(2))
            asks.send_bytes(b"#CHALLENGE#" + b"x" * 20)
            assert asks.recv_bytes(256)
            asks.send_bytes(b"#WELCOME#")
            proves.send_bytes(asks.recv_bytes(256))
            with pytest.raises((EOFError, ConnectionResetError)):
                proves.recv_bytes(256)
            (refused,) = wait((first, second), 10, FIRST_COMPLETED).done
            assert isinstance(refused.exception(), ramwire.Refused)

    @pytest.mark.parametrize(
        "answer", [b".junk", b"?", b"", b"." + pickle.dumps(Calls(Path("/nonexistent/x")))]
    )
    def test_answer_that_cannot_be_read_is_an_error(
        self, meeting: Meeting, client: ramwire.Client, answer: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ramwire.sessions import conversation  # noqa: PLC0415

        monkeypatch.setattr(conversation, "_record", lambda _: answer)
        with ramwire.Server(meeting.url, verbs=VERBS), pytest.raises(ramwire.BadMessage):
            client.call("echo", 1)

    def test_giant_answer_is_refused_before_it_is_read(
        self, meeting: Meeting, client: ramwire.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ramwire.sessions import contract  # noqa: PLC0415

        with ServiceProcess(meeting.url):
            monkeypatch.setattr(contract, "MAX_REPLY_BYTES", 1000)
            with pytest.raises(ramwire.BadMessage, match="1000 are the most"):
                client.call("echo", "x" * 2000)
            assert client.call("echo", 1) == 1
