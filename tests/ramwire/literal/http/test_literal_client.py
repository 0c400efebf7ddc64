"""Clients that know HTTP and one of its ways to call, and nothing of ramwire, ask our server."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.ramwire.literal.http.conftest import Place


@pytest.mark.parametrize("style", ["jsonrpc", "xmlrpc", "verb"])
def test_call_is_answered(echo: Place, style: str) -> None:
    done = echo.ask(style, "add", "[2, 5]")
    assert (done.code, json.loads(done.out)) == (0, 7)


@pytest.mark.parametrize("style", ["jsonrpc", "verb"])
def test_arguments_may_be_named(echo: Place, style: str) -> None:
    assert json.loads(echo.ask(style, "add", '{"a": 2, "b": 5}').out) == 7


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("jsonrpc", "-32601 there is no verb ad; did"),
        ("xmlrpc", "-32601 UnknownVerb: "),
        ("verb", "404 there is no"),
    ],
)
def test_error_is_told(echo: Place, style: str, told: str) -> None:
    done = echo.ask(style, "ad", "[2, 5]")
    assert done.code == 1
    assert told in done.err
    assert "add" in done.err


def test_notification_is_answered_by_nothing(echo: Place) -> None:
    done = echo.ask("notify", "echo", '["beep"]')
    assert (done.code, json.loads(done.out)) == (0, "")


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@needs_curl
@pytest.mark.parametrize("args", ["[2, 5]", '{"a": 2, "b": 5}'])
def test_curl_calls_by_json_rpc(echo: Place, args: str) -> None:
    done = echo.curl("jsonrpc", "add", args)
    assert json.loads(done.out) == {"jsonrpc": "2.0", "id": 1, "result": 7}


@needs_curl
def test_curl_calls_by_xml_rpc(echo: Place) -> None:
    done = echo.curl("xmlrpc", "upper", "howdy")
    assert "<string>HOWDY</string>" in done.out


@needs_curl
def test_curl_posts_to_a_verb(echo: Place) -> None:
    assert echo.curl("verb", "add", "[2, 5]").out == "7"
    assert json.loads(echo.curl("verb", "add", "[2]").out)["kind"] == "WrongArguments"


@needs_curl
def test_curl_sends_what_is_large(echo: Place) -> None:
    """It asks for leave first where a body is large."""
    text = "x" * 100_000
    assert json.loads(echo.curl("verb", "echo", json.dumps([text])).out) == text
