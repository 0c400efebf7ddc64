"""What strangers send to our server, and what they answer to our client: it hurts nobody, and ends."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ramwire.http.styles import MAX_BODY_BYTES
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until
from ramwire.testing.service import serve

import ramwire
from tests.ramwire.http.asking import ask, connect, post, read_all

BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<methodCall><methodName>note</methodName><params><param><value>&b;</value></param></params></methodCall>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<methodCall><methodName>note</methodName><params><param><value>&a;</value></param></params></methodCall>"""


def xml(value: bytes) -> bytes:
    """A call of `note` with a value."""
    params = b"<params><param><value>%s</value></param></params>" % value
    return b"<methodCall><methodName>note</methodName>%s</methodCall>" % params


# To the server: bytes.


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "junk",
    [
        b"\0" * 100_000 + b"\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /verbs/note HTTP/9.9\r\n\r\n",
        b"POST /verbs/note HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n[1]",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3, 4\r\n\r\n[1] ",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x3\r\n\r\n[1]",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 100_000 + b"\r\n",
        b"\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\r\n\r\n",
    ],
    ids=range(12),
)
def test_junk_is_hung_up_on(port: int, junk: bytes, client: ramwire.Client) -> None:
    with connect(port) as stranger:
        with contextlib.suppress(OSError):
            stranger.sendall(junk)
        assert b" 200 " not in read_all(stranger)
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
def test_body_with_two_lengths_is_no_request(port: int, client: ramwire.Client) -> None:
    """One of the two would be the next request's beginning for a proxy that believes the other."""
    head = b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with connect(port) as stranger:
        stranger.sendall(
            head + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n"
        )
        assert b" 200 " not in read_all(stranger)
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 1 << 40, 10**30])
def test_body_that_is_too_large_is_refused_before_it_is_sent(port: int, length: int) -> None:
    with connect(port) as stranger:
        head = "POST /verbs/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        stranger.sendall(f"{head}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n".encode())
        said = read_all(stranger)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert str(MAX_BODY_BYTES).encode() in said
    assert b" 100 " not in said


@pytest.mark.usefixtures("server")
def test_body_that_is_too_large_is_read_to_its_end(port: int) -> None:
    """Closed at once, its sender would see a broken connection in place of the reason."""
    said = ask(port, "/verbs/echo", b" " * (2 * MAX_BODY_BYTES))
    assert said.status == 413
    assert ask(port, "/verbs/echo", b" " * (MAX_BODY_BYTES - 1) + b"1").value == 1


@pytest.mark.usefixtures("server")
def test_chunks_without_end_are_refused(port: int) -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with connect(port) as stranger:
        head = b"POST /verbs/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        stranger.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100 * MAX_BODY_BYTES // 65536):
                stranger.sendall(chunk)
        assert read_all(stranger).startswith(b"HTTP/1.1 413 ")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "chunk", [b"zz\r\n[1]\r\n", b"-3\r\n[1]\r\n", b"3\r\n[1]xx0\r\n\r\n", b"1" * 100_000]
)
def test_broken_chunks_are_no_request(port: int, chunk: bytes, client: ramwire.Client) -> None:
    with connect(port) as stranger:
        head = b"POST /verbs/note HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        with contextlib.suppress(OSError):
            stranger.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
            stranger.shutdown(socket.SHUT_WR)
        assert b" 200 " not in read_all(stranger)
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
def test_chunked_body_is_read(port: int) -> None:
    with connect(port) as peer:
        head = b"POST /verbs/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        peer.sendall(
            head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[4\r\n2\r\n2]\r\n0\r\n\r\n"
        )
        assert read_all(peer).endswith(b"\r\n\r\n42")


@pytest.mark.usefixtures("server")
def test_compressed_body_is_refused(port: int) -> None:
    assert ask(port, "/verbs/echo", b"\x1f\x8b", Content_Encoding="gzip").status == 415


@pytest.mark.usefixtures("server")
def test_requests_sent_ahead_are_answered_in_order(port: int) -> None:
    with connect(port) as peer:
        peer.sendall(b"".join(post("/verbs/echo", b"[%d]" % number) for number in range(100, 150)))
        peer.settimeout(10)
        said = b""
        while said.count(b"\r\n\r\n") < 50 or not said.endswith(b"149"):
            said += peer.recv(1 << 16)
    bodies = [int(part[:3]) for part in said.split(b"\r\n\r\n")[1:]]
    assert bodies == list(range(100, 150))


# To the server: slowly, or not at all.


@pytest.fixture
def hasty(port: int) -> Iterator[None]:
    with serve(f"http://127.0.0.1:{port}/?patience=0.3"):
        yield


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "said", [b"", b"POST", post("/verbs/note", b"[1]")[:-1], post("/verbs/note", b"[1]")[:-5]]
)
def test_whoever_does_not_go_on_is_hung_up_on(port: int, said: bytes, client: ramwire.Client) -> None:
    with connect(port) as stranger:
        stranger.sendall(said)
        assert client.call("echo", 1) == 1
        assert read_all(stranger) == b""
    assert client.call("notes") == []


@pytest.mark.usefixtures("hasty")
def test_tls_is_hung_up_on(port: int, client: ramwire.Client) -> None:
    context = ssl.create_default_context()
    with connect(port) as stranger, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(stranger, server_hostname="localhost")
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("hasty")
def test_drop_by_drop_does_not_take_longer(port: int, client: ramwire.Client) -> None:
    begin = time.monotonic()
    with connect(port) as stranger, contextlib.suppress(OSError):
        for byte in post("/verbs/note", b"[1]" + b" " * 100_000):
            stranger.sendall(bytes([byte]))
            stranger.settimeout(0.01)
            with contextlib.suppress(socket.timeout):
                if not stranger.recv(100):
                    break
            assert time.monotonic() < begin + 20, "it goes on for ever"
    assert client.call("notes") == []


@pytest.mark.usefixtures("hasty")
def test_answer_that_nobody_reads_is_not_kept_for_ever(port: int, client: ramwire.Client) -> None:
    for _ in range(4):  # more than the system buffers
        client.call("note", "x" * 3_000_000)
    descriptors = len(os.listdir("/proc/self/fd"))  # of the server too
    with connect(port) as stranger:
        stranger.sendall(post("/verbs/notes", b""))
        until(lambda: len(os.listdir("/proc/self/fd")) == descriptors + 2)
        assert client.call("echo", 1) == 1
        until(lambda: len(os.listdir("/proc/self/fd")) <= descriptors + 1)


def test_more_strangers_than_connections_keep_nobody_out(url: str, port: int) -> None:
    with contextlib.ExitStack() as strangers, ServiceProcess(url):
        for _ in range(600):  # and half of what a process may have, by default, is 512
            strangers.enter_context(connect(port))
        with ramwire.Client(url, timeout=10.0) as client:
            assert [client.call("echo", number) for number in range(20)] == list(range(20))


# To the server: documents.


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("body", [BOMB, OUTSIDE, BOMB.replace(b"note", b"echo")])
def test_bomb_of_xml_is_not_lit(port: int, body: bytes, client: ramwire.Client) -> None:
    said = ask(port, "/RPC2", body, Content_Type="text/xml")
    assert b"-32700" in said.body
    assert b"document type" in said.body
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"junk",
        b"<methodCall/>",
        b"<methodCall><methodName>note</methodName>",
        xml(b"<int>%s</int>" % (b"1" * 4_000_000)),
        xml(b"<i8>%s</i8>" % (b"&#49;" * 500_000)),
        xml(b"<int>x</int>"),
        xml(b"<struct><member><value>1</value></member></struct>"),
        xml(b"<base64>AAAA</base64>"),
        xml(b"<double>nan</double>"),
        xml(b"<double>1e999</double>"),
        xml(b"<dateTime.iso8601>20261121T00:00:00</dateTime.iso8601>"),
        xml(b"<bigdecimal>1e999999999</bigdecimal>"),
        xml(b"<array><data>" * 100_000 + b"</data></array>" * 100_000),
        b'<?xml version="1.0" encoding="utf-7"?>' + xml(b"<int>1</int>"),
        b'<?xml version="1.0" encoding="antigravity"?>' + xml(b"<int>1</int>"),
        xml(b"<nowhere>1</nowhere>").replace(b"note", b"no-te"),
        b"<methodResponse><params><param><value>1</value></param></params></methodResponse>",
    ],
    ids=range(18),
)
def test_xml_that_is_no_call_is_a_fault(port: int, body: bytes, client: ramwire.Client) -> None:
    said = ask(port, "/RPC2", body, Content_Type="text/xml")
    assert b"<fault>" in said.body
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("argument", ["__class__", "a\r\nb", "../../x", "%00", "a" * 10_000])
def test_verbs_with_odd_characters_are_none(port: int, argument: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    said = ask(port, "/verbs/" + quote(argument, safe=""), b"[]")
    assert said.status in (400, 404)
    assert said.value["kind"] in ("BadMessage", "UnknownVerb")


@pytest.mark.usefixtures("server")
def test_deep_and_huge_documents_are_refused(client: ramwire.Client, port: int) -> None:
    deep = b"[" * 400_000 + b"]" * 400_000
    for target in ("/jsonrpc", "/verbs/note"):
        said = ask(port, target, deep).value
        assert "nested too deeply" in json.dumps(said)
    huge = b"[" + b"9" * 1_000_000 + b"]"
    assert "999 digits" in json.dumps(ask(port, "/verbs/note", huge).value)
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
def test_answer_too_deep_for_json_is_an_error(url: str) -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    other = url.replace("127.0.0.1", "127.0.0.2")
    client = ramwire.Client(other)
    server = ramwire.Server(other, verbs={"deep": lambda: nested})
    with server, client, pytest.raises(ramwire.RemoteError, match="nested too deeply"):
        client.call("deep")


@pytest.mark.parametrize(
    "value", [{1: 2}, {"a": {None: 1}}, [{(1, 2): 3}], float("nan"), [float("inf")], b"x", {1}]
)
def test_answer_that_json_would_change_is_an_error(url: str, value: Any) -> None:
    client = ramwire.Client(url)
    server = ramwire.Server(url, verbs={"get": lambda: value})
    with server, client, pytest.raises(ramwire.RemoteError, match="JSON"):
        client.call("get")


# To the client.


class Liar:
    """Says the same to whoever connects, when the first of a request has come; then hangs up."""

    def __init__(self, port: int, says: bytes, hangs_up: bool = True) -> None:
        self._says = says
        self._hangs_up = hangs_up
        self._listener = socket.create_server(("127.0.0.1", port))
        self.connections = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._lie, daemon=True)

    def _lie(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                self.connections += 1
                with contextlib.suppress(OSError):
                    connection.recv(1 << 16)
                    connection.sendall(self._says)
                if self._hangs_up:
                    connection.close()
                else:
                    self._open.append(connection)

    def __enter__(self) -> Liar:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._open:
            connection.close()


def response(body: bytes, status: str = "200 OK", headers: str = "Content-Type: application/json") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (b"junk\r\n\r\n", ramwire.BadMessage),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", ramwire.BadMessage),
        (b"\0" * 1_000_000, ramwire.BadMessage),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000, ramwire.BadMessage),
        (response(b"no json"), ramwire.BadMessage),
        (response(b"[" * 100_000), ramwire.BadMessage),
        (response(b'{"jsonrpc":"2.0","id":1,"result":' + b"1" * 100_000 + b"}"), ramwire.BadMessage),
        (response(b'{"jsonrpc":"2.0","id":1,"result":NaN}'), ramwire.BadMessage),
        (response(b'{"jsonrpc":"2.0","id":2,"result":1}'), ramwire.BadMessage),
        (response(b'{"jsonrpc":"2.0","id":true,"result":1}'), ramwire.BadMessage),
        (response(b'{"jsonrpc":"2.0","id":1}'), ramwire.BadMessage),
        (
            response(b'{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}'),
            ramwire.BadMessage,
        ),
        (response(b'{"jsonrpc":"2.0","id":1,"error":"x"}'), ramwire.BadMessage),
        (response(b'{"jsonrpc":"1.0","id":1,"result":1}'), ramwire.BadMessage),
        (response(b"[]"), ramwire.BadMessage),
        (response(b""), ramwire.BadMessage),
        (response(b"moved", "302 Found", "Location: http://127.0.0.1:1/"), ramwire.Refused),
        (response(b"nothing", "404 Not Found", "X: y"), ramwire.Refused),
        (response(b"busy", "503 Service Unavailable", "X: y"), ramwire.Refused),
        (response(b"broken", "500 Internal Server Error", "X: y"), ramwire.ReplyLost),
        (response(b"", "417 Expectation Failed", "X: y"), ramwire.Refused),
    ],
    ids=range(21),
)
def test_answer_that_is_none_is_not_believed(
    port: int, client: ramwire.Client, says: bytes, error: type[Exception]
) -> None:
    with Liar(port, says), pytest.raises(error):
        client.call("echo", 1)


@pytest.mark.parametrize(
    "says",
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n" * 10],
)
def test_server_that_goes_on_to_say_nothing_is_waited_for_until_the_timeout(port: int, says: bytes) -> None:
    client = ramwire.Client(f"http://127.0.0.1:{port}/", timeout=0.5)
    with Liar(port, says, hangs_up=False), client, pytest.raises(ramwire.Timeout):
        client.call("echo", 1)


def test_server_that_always_hangs_up_is_not_knocked_at_without_a_pause(port: int) -> None:
    with Liar(port, b"") as liar, ramwire.Client(f"http://127.0.0.1:{port}/", timeout=1.0) as client:
        with pytest.raises(ramwire.Timeout) as caught:
            client.call("echo", 1)
        assert not caught.value.may_have_run
        assert 2 <= liar.connections <= 10


def test_server_that_dies_after_its_leave_is_told_at_once(port: int, client: ramwire.Client) -> None:
    with Liar(port, b"HTTP/1.1 100 Continue\r\n\r\n") as liar, pytest.raises(ramwire.ServerGone):
        client.call("echo", 1, timeout=600.0)
    assert liar.connections == 1  # it may have run: it is not asked again


def test_request_that_is_too_large_is_not_sent(port: int, client: ramwire.Client) -> None:
    with Liar(port, b"") as liar:
        with pytest.raises(ramwire.BadMessage, match="are the most"):
            client.call("echo", "x" * MAX_BODY_BYTES)
        assert liar.connections <= 1
