"""Who may ask: tokens, and pages in a browser on the same machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ramwire.testing.service import serve

import ramwire
from tests.ramwire.http.asking import ask
from tests.ramwire.http.places import free_port

TOKEN = "a-token.of_ours~1+/="


@pytest.fixture
def tokenfile(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture
def guarded(port: int, tokenfile: Path) -> Iterator[str]:
    """The address of a server beyond loopback, as its clients name it."""
    with serve(f"http://0.0.0.0:{port}/?tokenfile={tokenfile}"):
        yield f"http://127.0.0.1:{port}/?tokenfile={tokenfile}"


# Pages in a browser.


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "8.8.8.8", "[::2]:1"]
)
def test_name_that_was_made_to_mean_this_machine_is_refused(port: int, host: str) -> None:
    said = ask(port, "/verbs/echo", b"[1]", Host=host)
    assert said.status == 421
    assert b"localhost" in said.body


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("host", ["", "a b", "user@localhost", "localhost/", "a:b:c", "localhost, localhost"])
def test_host_that_is_none_is_refused(port: int, host: str) -> None:
    assert ask(port, "/verbs/echo", b"[1]", Host=host).status in (400, 421)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:99", "127.0.0.1", "127.7.7.7:1", "[::1]", "[::1]:80"]
)
def test_names_of_this_machine_are_its_own(port: int, host: str) -> None:
    assert ask(port, "/verbs/echo", b"[1]", Host=host).value == 1


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost", ""])
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_request_of_a_page_is_refused(port: int, origin: str, method: str) -> None:
    said = ask(port, "/verbs/echo", b"[1]", method=method, Origin=origin)
    assert said.status == 403
    assert "Access-Control-Allow-Origin" not in said.headers


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
@pytest.mark.parametrize("target", ["/jsonrpc", "/RPC2", "/verbs/note"])
def test_what_a_form_can_send_is_refused(
    port: int, target: str, media_type: str, client: ramwire.Client
) -> None:
    said = ask(port, target, b'{"jsonrpc": "2.0", "method": "note", "params": [1]}', Content_Type=media_type)
    assert said.status == 415
    assert client.call("notes") == []


@pytest.mark.usefixtures("server")
def test_media_type_of_another_style_is_refused(port: int) -> None:
    assert ask(port, "/RPC2", b"[1]").status == 415
    assert ask(port, "/verbs/echo", b"[1]", Content_Type="text/xml").status == 415


# Tokens.


def test_token_lets_a_client_in(guarded: str, port: int) -> None:
    with ramwire.Client(guarded) as client:
        assert client.call("add", 2, 5) == 7
    for authorization in (f"Bearer {TOKEN}",):
        said = ask(port, "/verbs/echo", b"[1]", Authorization=authorization, Host="printer.example:80")
        assert said.value == 1


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xff"]
)
def test_other_tokens_let_nobody_in(port: int, authorization: str) -> None:
    said = ask(port, "/verbs/note", b"[1]", Authorization=authorization)
    assert (said.status, said.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN.encode() not in said.body


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("target", ["/jsonrpc", "/RPC2", "/verbs/note", "/", "/nowhere"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_nothing_is_told_without_a_token(port: int, target: str, method: str) -> None:
    assert ask(port, target, b"[]", method=method).status == 401


def test_client_without_the_token_is_refused(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = guarded.partition("?")[0]
    with (
        ramwire.Client(plain) as client,
        pytest.raises(ramwire.Refused, match=r"401.*demands its bearer"),
    ):
        client.call("note", 1)
    monkeypatch.setenv("RAMWIRE_TOKEN", "another")
    with ramwire.Client(plain) as client:
        with pytest.raises(ramwire.Refused, match="401"):
            client.notify("note", 1)
        with pytest.raises(ramwire.Refused, match="401"):
            client.ping()
        monkeypatch.setenv("RAMWIRE_TOKEN", TOKEN)
        assert client.call("notes") == []


def test_token_may_stand_in_the_environment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMWIRE_TOKEN", TOKEN)
    with serve(f"http://127.0.0.1:{port}/"), ramwire.Client(f"http://localhost:{port}/") as client:
        assert client.call("add", 2, 5) == 7
        assert ask(port, "/verbs/echo", b"[1]").status == 401  # on loopback too, where one was given


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.1"])  # noqa: S104 - it is not bound
def test_server_beyond_loopback_does_not_start_without_a_token(host: str, port: int) -> None:
    with pytest.raises(ramwire.Refused, match="beyond loopback a server needs a token"):
        ramwire.Server(f"http://{host}:{port}/").start()
    with socket.socket() as nobody:
        assert nobody.connect_ex(("127.0.0.1", port))


def open_to_others(path: Path) -> None:
    path.chmod(0o640)


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir(0o700)


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_text("\n")


def two_words(path: Path) -> None:
    path.write_text("two words")


def two_lines(path: Path) -> None:
    path.write_text("one\r\nX-Header: 1")


def binary(path: Path) -> None:
    path.write_bytes(b"\xff\x00")


def anothers(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize(
    "spoil",
    [open_to_others, link, fifo, folder, missing, empty, two_words, two_lines, binary, anothers],
)
def test_tokens_file_that_is_not_safe_is_refused(
    port: int, tokenfile: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tokenfile)
    url = f"http://127.0.0.1:{port}/?tokenfile={tokenfile}"
    with pytest.raises(ramwire.Refused, match=str(tokenfile)):
        ramwire.Server(url).start()
    with ramwire.Client(url) as client, pytest.raises(ramwire.Refused, match=str(tokenfile)):
        client.call("echo", 1)


# Where one may serve.


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "[::1]", "localhost"])
def test_loopback_has_many_names(host: str) -> None:
    port = free_port(host.strip("[]"))
    with serve(f"http://{host}:{port}"), ramwire.Client(f"http://{host}:{port}/") as client:
        assert client.call("add", 2, 5) == 7


@pytest.mark.parametrize("rest", ["", "localhost", "//localhost", "//localhost:0", "//localhost:65536"])
@pytest.mark.parametrize("tail", ["", "/"])
def test_port_is_part_of_the_address(rest: str, tail: str) -> None:
    for end in (ramwire.Client, ramwire.Server):
        with pytest.raises(ramwire.Refused, match="http://HOST:PORT/"):
            end(f"http:{rest}{tail}")


@pytest.mark.parametrize(
    "rest", ["//localhost:1/path", "//::1:80", "//[::1]", "//user@localhost:1", "//a b:1", "//[::g]:1"]
)
def test_what_is_no_address_is_told_so(rest: str) -> None:
    for end in (ramwire.Client, ramwire.Server):
        with pytest.raises(ramwire.Refused, match="http://HOST:PORT/"):
            end(f"http:{rest}")


def test_name_that_nobody_knows_is_told_so(port: int) -> None:
    url = f"http://no-such-host.invalid:{port}/"
    with ramwire.Client(url) as client, pytest.raises((ramwire.Refused, ramwire.Timeout)):
        client.call("echo", 1)
    with pytest.raises(ramwire.Refused, match="is not known"):
        ramwire.Server(url).start()
