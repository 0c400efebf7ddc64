"""The three styles of asking, as the pages that define them say."""

from __future__ import annotations

import json
import os
import xmlrpc.client
from http.client import HTTPConnection
from typing import Any

import pytest
from ramwire.http.jsonrpc import MOST_IN_A_BATCH

import ramwire
from tests.ramwire.http.asking import ask, ask_jsonrpc

pytestmark = pytest.mark.usefixtures("server")


def request(number: Any, method: str, *params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": number}


def result(number: Any, value: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "result": value}


# JSON-RPC 2.0.


@pytest.mark.parametrize("number", [1, 0, -7, "text", "", None, 1 << 80])
def test_answer_has_the_id_of_its_request(port: int, number: Any) -> None:
    assert ask_jsonrpc(port, request(number, "add", 2, 5)) == result(number, 7)


def test_arguments_may_be_named_or_missing(port: int) -> None:
    named = {"jsonrpc": "2.0", "method": "add", "params": {"a": 2, "b": 5}, "id": 1}
    assert ask_jsonrpc(port, named) == result(1, 7)
    assert ask_jsonrpc(port, {"jsonrpc": "2.0", "method": "notes", "id": 2}) == result(2, [])


def test_notification_is_run_and_has_no_answer(port: int, client: ramwire.Client) -> None:
    said = ask(port, "/jsonrpc", b'{"jsonrpc": "2.0", "method": "note", "params": ["beep"]}')
    assert (said.status, said.body) == (204, b"")
    assert client.call("notes") == ["beep"]


@pytest.mark.parametrize("method", ["fail", "nowhere", "add"])
def test_notification_that_fails_has_no_answer(port: int, method: str) -> None:
    said = ask(port, "/jsonrpc", json.dumps({"jsonrpc": "2.0", "method": method, "params": ["x"]}).encode())
    assert (said.status, said.body) == (204, b"")


@pytest.mark.parametrize(
    ("method", "params", "code", "told"),
    [
        ("nowhere", [], -32601, ("UnknownVerb", "there is no verb nowhere")),
        ("no-name", [], -32601, ("BadMessage", "'no-name' is no verb")),
        ("", [], -32601, ("BadMessage", "'' is no verb")),
        ("add", [1], -32602, ("WrongArguments", "it is add(a, b)")),
        ("add", {"c": 1}, -32602, ("WrongArguments", "it is add(a, b)")),
        ("fail", ["no: bed\nat all"], -32000, ("ValueError", "no: bed\nat all")),
        ("fail", [""], -32000, ("ValueError", "ValueError")),
        ("stranger", [], -32603, ("BadMessage", "Service")),
    ],
)
def test_error_has_its_code(port: int, method: str, params: Any, code: int, told: tuple[str, str]) -> None:
    answer = ask_jsonrpc(port, {"jsonrpc": "2.0", "method": method, "params": params, "id": 7})
    kind, message = told
    assert answer["id"] == 7
    assert (answer["error"]["code"], answer["error"]["data"]["kind"]) == (code, kind)
    assert message in answer["error"]["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b'{"jsonrpc": "2.0", "method": "add", "params', -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc": "2.0", "method": "echo", "params": [NaN], "id": 1}', -32700),
        (b'{"jsonrpc": "2.0", "method": "echo", "params": [1e999], "id": 1}', -32700),
        (b'{"jsonrpc": "2.0", "method": "echo", "params": [' + b"1" * 1_000_000 + b'], "id": 1}', -32700),
        (b"1", -32600),
        (b"null", -32600),
        (b'"text"', -32600),
        (b"{}", -32600),
        (b"[]", -32600),
        (b'{"jsonrpc": "1.0", "method": "add", "params": [2, 5], "id": 1}', -32600),
        (b'{"method": "add", "params": [2, 5], "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "method": 1, "params": "bar"}', -32600),
        (b'{"jsonrpc": "2.0", "method": "add", "params": 7, "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "method": "add", "params": [2, 5], "id": true}', -32600),
        (b'{"jsonrpc": "2.0", "method": "add", "params": [2, 5], "id": [1]}', -32600),
        (b'{"jsonrpc": "2.0", "method": "add", "params": [2, 5], "id": 1.5}', -32600),
    ],
)
def test_what_is_no_request_is_told_so(port: int, body: bytes, code: int) -> None:
    answer = ask(port, "/jsonrpc", body).value
    assert (answer["id"], answer["error"]["code"]) == (None, code)


def test_batch_is_answered_in_its_order_without_its_notifications(port: int, client: ramwire.Client) -> None:
    batch = [
        request(1, "note", "one"),
        {"jsonrpc": "2.0", "method": "note", "params": ["two"]},
        1,
        request("three", "notes"),
        {"jsonrpc": "2.0", "method": "nowhere"},
        request(4, "fail", "so"),
    ]
    answers = ask_jsonrpc(port, batch)
    assert [answer["id"] for answer in answers] == [1, None, "three", 4]
    assert answers[1]["error"]["code"] == -32600
    assert answers[2]["result"] == ["one", "two"]
    assert answers[3]["error"]["message"] == "so"
    assert client.call("notes") == ["one", "two"]


def test_batch_of_notifications_has_no_answer(port: int, client: ramwire.Client) -> None:
    note = {"jsonrpc": "2.0", "method": "note", "params": [1]}
    assert ask_jsonrpc(port, [note, note]) is None
    assert client.call("notes") == [1, 1]


def test_batch_waits_for_its_last_answer(port: int, client: ramwire.Client) -> None:
    batch = [request(1, "soon", "first"), request(2, "release", "a", 7), request(3, "soon", "last")]
    parked = client.submit("park", "a")
    while client.call("parked") != ["a"]:
        pass
    answers = ask_jsonrpc(port, batch)
    assert [answer.get("result") for answer in answers] == ["first", None, "last"]
    assert parked.result() == 7


def test_batch_has_a_bound(port: int) -> None:
    answer = ask_jsonrpc(port, [1] * (MOST_IN_A_BATCH + 1))
    assert answer["error"]["code"] == -32600
    assert len(ask_jsonrpc(port, [1] * MOST_IN_A_BATCH)) == MOST_IN_A_BATCH


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "application/json-rpc", "Application/JSON"]
)
def test_media_types_of_json_are_all_taken(port: int, media_type: str) -> None:
    said = ask(port, "/jsonrpc", json.dumps(request(1, "add", 2, 5)).encode(), Content_Type=media_type)
    assert said.value == result(1, 7)


def test_answers_of_a_batch_have_a_bound_together(port: int, client: ramwire.Client) -> None:
    client.call("note", "x" * 4_000_000)
    answers = ask_jsonrpc(port, [request(number, "notes") for number in range(20)])
    assert [answer["id"] for answer in answers] == list(range(20))
    assert all(answer["result"] == ["x" * 4_000_000] for answer in answers[:16])
    assert {answer["error"]["code"] for answer in answers[16:]} == {-32603}


def test_answer_has_a_bound(port: int, client: ramwire.Client) -> None:
    for _ in range(17):
        client.call("note", "x" * 4_000_000)
    with pytest.raises(ramwire.RemoteError, match=r"the answer has \d+ bytes as JSON; \d+ are the most"):
        client.call("notes")
    assert ask(port, "/verbs/notes").status == 500


# POST /verbs/VERB.


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"[2, 5]", 7), (b' {"a": 2,\n "b": 5} ', 7)],
)
def test_posted_arguments_are_the_verbs(port: int, body: bytes, value: Any) -> None:
    said = ask(port, "/verbs/add", body)
    assert (said.status, said.headers["Content-Type"], said.value) == (200, "application/json", value)


@pytest.mark.parametrize("value", [7, "text", None, True])
def test_posted_value_is_the_single_argument(port: int, value: Any) -> None:
    assert ask(port, "/verbs/echo", json.dumps(value).encode()).value == value


def test_post_without_a_body_has_no_arguments(port: int) -> None:
    assert ask(port, "/verbs/notes").value == []


@pytest.mark.parametrize(
    ("verb", "body", "status", "kind"),
    [
        ("nowhere", b"[]", 404, "UnknownVerb"),
        ("no-name", b"[]", 400, "BadMessage"),
        ("add", b"[1]", 400, "WrongArguments"),
        ("add", b"[1,", 400, "BadMessage"),
        ("add", b"[" * 100_000, 400, "BadMessage"),
        ("fail", b'["so"]', 500, "ValueError"),
        ("stranger", b"", 500, "BadMessage"),
    ],
)
def test_posted_error_has_its_status(port: int, verb: str, body: bytes, status: int, kind: str) -> None:
    said = ask(port, f"/verbs/{verb}", body)
    assert (said.status, said.value["kind"]) == (status, kind)
    assert said.value["error"]


def test_handshake_is_taken_in_every_style(port: int) -> None:
    assert ask(port, "/verbs/Hello").status == 204
    assert ask_jsonrpc(port, {"jsonrpc": "2.0", "method": "Hello"}) is None
    assert ask_jsonrpc(port, request(1, "Hello")) == result(1, None)
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2", allow_none=True) as server:
        assert server.Hello() is None


# XML-RPC.


@pytest.mark.parametrize(
    "value", [7, -1, True, 1.5, "", "aμ<&>]]>", [1, [2, {}]], {"a": {"b": [None]}}, None, "a\tb\nc"]
)
def test_values_travel_as_xml(port: int, value: Any) -> None:
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2", allow_none=True) as server:
        assert server.echo(value) == value


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("nowhere", (), -32601, "UnknownVerb: there is no verb nowhere"),
        ("no-name", (), -32601, "BadMessage: 'no-name' is no verb"),
        ("add", (1,), -32602, "WrongArguments: .* it is add\\(a, b\\)"),
        ("echo", (b"bytes",), -32602, "BadMessage: .* type Binary"),
        ("fail", ("so",), -32000, "ValueError: so"),
        ("stranger", (), -32603, "BadMessage: a Service"),
    ],
)
def test_fault_has_its_code(port: int, method: str, params: tuple[Any, ...], code: int, text: str) -> None:
    server = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2")
    with server, pytest.raises(xmlrpc.client.Fault, match=text) as fault:
        getattr(server, method)(*params)
    assert fault.value.faultCode == code


@pytest.mark.parametrize("value", [1 << 80, "a\0b", "\ud800"])
def test_what_xml_cannot_say_is_a_fault(port: int, client: ramwire.Client, value: Any) -> None:
    client.call("note", value)
    server = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2")
    with server, pytest.raises(xmlrpc.client.Fault, match="cannot be written as XML-RPC") as fault:
        server.notes()
    assert fault.value.faultCode == -32603


def test_carriage_return_survives_xml(port: int, client: ramwire.Client) -> None:
    client.call("note", "a\r\nb\rc")
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2") as server:
        assert server.notes() == ["a\r\nb\rc"]


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-16", "iso-8859-1"])
def test_xml_may_be_in_the_encodings_that_every_parser_knows(port: int, encoding: str) -> None:
    body = xmlrpc.client.dumps(("é",), "echo", encoding=encoding).encode(encoding)
    assert "é" in ask(port, "/RPC2", body, Content_Type="text/xml").body.decode()


# What all have in common.


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("target", ["/jsonrpc", "/RPC2", "/verbs/add"])
def test_other_methods_are_told_what_to_do(port: int, method: str, target: str) -> None:
    said = ask(port, target, method=method)
    assert (said.status, said.headers["Allow"]) == (405, "POST")
    assert b"POST JSON-RPC 2.0 to /jsonrpc" in said.body


def test_head_is_told_without_a_body(port: int) -> None:
    said = ask(port, "/jsonrpc", method="HEAD")
    assert (said.status, said.body) == (405, b"")


@pytest.mark.parametrize(
    "target", ["/", "/jsonrpc/", "/rpc2", "/verbs", "/verbs/", "/verbs/a/b", "*", "/%2e"]
)
def test_other_places_are_told_where_to_go(port: int, target: str) -> None:
    said = ask(port, target, b"[]")
    assert said.status == 404
    assert b"/verbs/VERB" in said.body


def test_connection_is_kept_for_the_next_request(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for target, status in [
        ("/verbs/pid", 200),
        ("/verbs/nowhere", 404),
        ("/nowhere", 404),
        ("/verbs/pid", 200),
    ]:
        connection.request("POST", target, b"[]", {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == status
        body = response.read()
        assert not response.will_close
    assert json.loads(body) == os.getpid()
    connection.close()
